package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"mxlab/scenarios/conform"
	"mxlab/scenarios/netns"
)

// A stage is a process in namespaces of its own, in which job after job is done.
type stage struct {
	jobs    *os.File // its end is the end of the process
	to      *json.Encoder
	answers chan conform.Answer // closed when it has ended
	failure error               // why it has ended, if nobody wanted that
}

// openStage starts the process.
func openStage() (*stage, error) {
	far, near, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	back, out, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, far.Close(), near.Close())
	}
	s := &stage{jobs: near, to: json.NewEncoder(near), answers: make(chan conform.Answer)}
	ended := make(chan struct{})
	var stderr bytes.Buffer
	var status int
	go func() {
		defer close(ended)
		status, err = netns.Launch{Args: []string{"mxlab", "conform", "--inside"}, Stdin: far, Stdout: out, Stderr: &stderr}.Run()
		far.Close()
		out.Close()
	}()
	go func() {
		defer close(s.answers)
		defer back.Close()
		for from := json.NewDecoder(back); ; {
			var a conform.Answer
			if from.Decode(&a) != nil {
				break
			}
			s.answers <- a
		}
		<-ended
		if s.failure = err; err == nil {
			s.failure = fmt.Errorf("the process inside ended with status %d: %s", status, strings.TrimSpace(stderr.String()))
		}
	}()
	return s, nil
}

// play does a job.
func (s *stage) play(job conform.Job) (conform.Answer, error) {
	if err := s.to.Encode(job); err != nil && !errors.Is(err, syscall.EPIPE) {
		return conform.Answer{}, err
	}
	late := time.NewTimer(job.Task.Longest() + beyond)
	defer late.Stop()
	select {
	case a, ok := <-s.answers:
		if !ok {
			return a, s.failure
		}
		return a, nil
	case <-late.C:
		return conform.Answer{}, errors.New("the process inside does not answer")
	}
}

// beyond is what making a world may take, on a machine with much else to do.
const beyond = time.Minute

// close ends the process, whatever it does.
func (s *stage) close() {
	s.jobs.Close()
	for range s.answers {
	}
}

// stages are the processes that are ready for another job.
type stages struct {
	mu   sync.Mutex
	idle []*stage
}

// play does a job in a process that is there, or in a new one. It is kept if all
// went well, and the product lives on.
func (all *stages) play(job conform.Job) (conform.Answer, error) {
	s, err := all.take()
	if err != nil {
		return conform.Answer{}, err
	}
	answer, err := s.play(job)
	if d, unknown := conform.Find(job.Task.Driver); err != nil || answer.Failed() || unknown != nil || !d.Stays() {
		s.close()
		return answer, err
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	all.idle = append(all.idle, s)
	return answer, nil
}

func (all *stages) take() (*stage, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	n := len(all.idle) - 1
	if n < 0 {
		return openStage()
	}
	s := all.idle[n]
	all.idle = all.idle[:n]
	return s, nil
}

// close ends all that are idle.
func (all *stages) close() {
	all.mu.Lock()
	defer all.mu.Unlock()
	var closing sync.WaitGroup
	for _, s := range all.idle {
		closing.Go(s.close)
	}
	closing.Wait()
	all.idle = nil
}
