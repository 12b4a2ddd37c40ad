//go:build !linux

package main

import (
	"context"
	"fmt"
	"runtime"

	"mxlab/scenarios/conform"
)

// stages would be the processes in which jobs are done.
type stages struct{}

func (*stages) close() {}

// play would make a world for a job.
func (*stages) play(conform.Job) (conform.Answer, error) {
	return conform.Answer{}, fmt.Errorf("conform needs the namespaces of Linux, and this is %s; run it on Linux, or in a virtual machine with it", runtime.GOOS)
}

func (p program) conformInside() error {
	_, err := new(stages).play(conform.Job{})
	return failed(err)
}

func (p program) conformPerform(context.Context) error { return p.conformInside() }
