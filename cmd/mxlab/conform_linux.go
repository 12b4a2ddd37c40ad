package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/conform"
	"mxlab/scenarios/netns"
	"mxlab/scenarios/world"
)

// Where the two processes inside leave for each other what is asked, and what came
// of it.
const (
	askedFile  = "/run/mxlab-asked"
	answerFile = "/run/mxlab-answer"
)

// playJob makes a world for a job, and has it done there.
func (p program) playJob(job conform.Job) (answer conform.Answer, err error) {
	asked, err := json.Marshal(job)
	if err != nil {
		return answer, err
	}
	var stdout, stderr bytes.Buffer
	status, err := netns.Launch{Args: []string{"mxlab", "conform", "--inside"}, Stdin: bytes.NewReader(asked), Stdout: &stdout, Stderr: &stderr}.Run()
	switch {
	case err != nil:
		return answer, err
	case status != 0:
		return answer, fmt.Errorf("the process inside ended with status %d: %s", status, strings.TrimSpace(stderr.String()))
	}
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		return answer, fmt.Errorf("the process inside did not answer: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return answer, nil
}

// conformInside is conform as process 1 of a world.
func (p program) conformInside() error {
	defer debug.SetGCPercent(debug.SetGCPercent(1000))
	asked, err := io.ReadAll(os.Stdin)
	if err != nil {
		return failed(err)
	}
	var job conform.Job
	if err := json.Unmarshal(asked, &job); err != nil {
		return failed(err)
	}
	s, err := theJobsWorld(job)
	if err != nil {
		return failed(err)
	}
	in, err := netns.Enter()
	if err != nil {
		return failed(err)
	}
	// What it says of itself is nobody's but the command's.
	seen := new(seen)
	life := netns.Life{Scenario: s, Command: []string{"mxlab", "conform", "--perform"}, Program: "/proc/self/exe", Now: time.Now, Witness: seen,
		HostDelay: conform.HostDelay(job.Task.Patience), DNSDelay: conform.DNSDelay(job.Task.Patience)}
	if job.Task.Trees != "" {
		life.Keep = append(life.Keep, job.Task.Trees)
	}
	if len(job.Task.Command) > 0 && filepath.IsAbs(job.Task.Command[0]) {
		life.Keep = append(life.Keep, filepath.Dir(job.Task.Command[0]))
	}
	life.Begun = func(netns.Machine) { err = os.WriteFile(askedFile, asked, 0o644) }
	status, failure := in.Live(life)
	if err := errors.Join(failure, err); err != nil {
		return failed(err)
	}
	text, err := os.ReadFile(answerFile)
	if err != nil {
		return failed(fmt.Errorf("the driver ended with status %d and no answer", status))
	}
	var answer conform.Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return failed(err)
	}
	answer.Seen = seen.all
	return json.NewEncoder(p.stdout).Encode(answer)
}

// theJobsWorld finds the scenario.
func theJobsWorld(job conform.Job) (*scenarios.Scenario, error) {
	list, err := scenarios.Find(job.Story)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.Name == job.World {
			return s, nil
		}
	}
	return nil, fmt.Errorf("there is no world %s in %s", job.World, job.Story)
}

// conformPerform is the command inside: it sends.
func (p program) conformPerform(ctx context.Context) error {
	asked, err := os.ReadFile(askedFile)
	if err != nil {
		return failed(err)
	}
	var job conform.Job
	if err := json.Unmarshal(asked, &job); err != nil {
		return failed(err)
	}
	text, err := json.Marshal(conform.Perform(ctx, job.Task))
	if err != nil {
		return failed(err)
	}
	return os.WriteFile(answerFile, text, 0o644)
}

// seen is a witness of the messages that hosts took.
type seen struct {
	mu  sync.Mutex
	all []conform.Seen
}

func (*seen) Asked(fakedns.Query)                   {}
func (*seen) Noted(netip.Addr, int, fakemx.Session) {}
func (*seen) Fetched(world.Fetch)                   {}
func (*seen) Logged(string)                         {}

func (s *seen) Took(host netip.Addr, m fakemx.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, conform.Seen{Host: host, From: m.From, TLS: m.TLS != nil})
}
