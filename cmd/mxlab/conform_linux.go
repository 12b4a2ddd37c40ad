package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/conform"
	"mxlab/scenarios/netns"
	"mxlab/scenarios/world"
)

// tasks is where the two processes inside meet: the one that makes worlds gives
// tasks, the other sends, and answers.
const tasks = "/run/mxlab-tasks"

// conformInside is conform as process 1 of a world, or of one after the other.
func (p program) conformInside() error {
	jobs := make(chan conform.Job)
	go func() {
		for from := json.NewDecoder(os.Stdin); ; {
			var job conform.Job
			if err := from.Decode(&job); err != nil {
				os.Exit(0) // whoever asks has heard enough
			}
			jobs <- job
		}
	}()
	debug.SetGCPercent(1000)
	runtime.GOMAXPROCS(1) // there are other worlds for other processors
	in, err := netns.Enter()
	if err != nil {
		return failed(err)
	}
	job := <-jobs
	s, err := theJobsWorld(job)
	if err != nil {
		return failed(err)
	}
	// What it says of itself is nobody's but the command's.
	life := netns.Life{Scenario: s, Command: []string{"mxlab", "conform", "--perform"}, Program: "/proc/self/exe"}
	if job.Task.Trees != "" {
		life.Keep = append(life.Keep, job.Task.Trees)
	}
	if len(job.Task.Command) > 0 && filepath.IsAbs(job.Task.Command[0]) {
		life.Keep = append(life.Keep, filepath.Dir(job.Task.Command[0]))
	}
	stay, err := in.Stay(life)
	if err != nil {
		return failed(err)
	}
	meet, err := net.Listen("unix", tasks)
	if err != nil {
		return failed(err)
	}
	ended := make(chan error, 1)
	go func() {
		status, err := stay.Command()
		ended <- errors.Join(fmt.Errorf("the driver ended with status %d and no answer", status), err)
	}()
	go func() {
		conn, err := meet.Accept()
		if err == nil {
			err = p.conformWorlds(stay, job, jobs, conn)
		}
		ended <- err
	}()
	return failed(<-ended)
}

// conformWorlds makes a world for each job, has its task done, and answers.
func (p program) conformWorlds(stay *netns.Stay, job conform.Job, jobs <-chan conform.Job, driver io.ReadWriter) error {
	to, from, answers := json.NewEncoder(driver), json.NewDecoder(driver), json.NewEncoder(p.stdout)
	for ; ; job = <-jobs {
		s, err := theJobsWorld(job)
		if err != nil {
			return err
		}
		seen := new(seen)
		end, err := stay.World(netns.Life{Scenario: s, Now: time.Now, Witness: seen,
			HostDelay: conform.HostDelay(job.Task.Patience), DNSDelay: conform.DNSDelay(job.Task.Patience)})
		if err != nil {
			return err
		}
		var answer conform.Answer
		if err := to.Encode(job.Task); err != nil {
			return err
		}
		if err := from.Decode(&answer); err != nil {
			return err
		}
		if err := end(); err != nil {
			return err
		}
		answer.Seen = seen.all
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
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
	runtime.GOMAXPROCS(1) // it waits for the product, most of the time
	conn, err := net.Dial("unix", tasks)
	if err != nil {
		return failed(err)
	}
	defer conn.Close()
	var performer conform.Performer
	for from, to := json.NewDecoder(conn), json.NewEncoder(conn); ; {
		var task conform.Task
		if err := from.Decode(&task); err != nil {
			return failed(err)
		}
		if err := to.Encode(performer.Perform(ctx, task)); err != nil {
			return failed(err)
		}
	}
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
