//go:build !linux

package main

import (
	"fmt"
	"runtime"
)

// exec is the command of that name.
func (p program) exec(string, []string, execOptions) error {
	return failed(fmt.Errorf("exec needs the namespaces of Linux, and this is %s; run it on Linux, or in a virtual machine with it", runtime.GOOS))
}
