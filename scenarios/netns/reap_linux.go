package netns

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Exit statuses of a command that could not be started, as shells have them.
const (
	cannotStart = 126
	notFound    = 127
)

// command runs a command to its end, hands signals on to it, and meanwhile
// reaps what else ends: process 1 is the parent of whatever has lost its own.
// Where the command cannot be started the status says so, beside the error. path is
// what is executed; if empty, words say it.
func command(path string, words, env []string, signals <-chan syscall.Signal) (int, error) {
	path, err := lookUp(cmp.Or(path, words[0]), env)
	if err != nil {
		return notFound, err
	}
	pid, err := fork(path, words, env)
	if err != nil {
		return cannotStart, fmt.Errorf("start %s: %w", path, err)
	}
	go func() {
		for s := range signals {
			syscall.Kill(pid, s)
		}
		// The process outside is gone.
		os.Exit(128 + int(syscall.SIGKILL))
	}()
	for {
		var s syscall.WaitStatus
		switch ended, err := syscall.Wait4(-1, &s, 0, nil); {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, fmt.Errorf("wait for %s: %w", words[0], err)
		case ended == pid:
			return status(s), nil
		}
	}
}

// lookUp finds a command as a shell does, in the world's environment.
func lookUp(name string, env []string) (string, error) {
	for _, e := range env {
		if path, ok := strings.CutPrefix(e, "PATH="); ok {
			os.Setenv("PATH", path)
		}
	}
	path, err := exec.LookPath(name)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", err
	}
	return path, nil
}

// fork starts a command, without the capabilities that this process was given
// beyond those of its id.
func fork(path string, words, env []string) (int, error) {
	runtime.LockOSThread() // capabilities are a thread's
	defer runtime.UnlockOSThread()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var own [2]unix.CapUserData
	if err := unix.Capget(&header, &own[0]); err != nil {
		return 0, fmt.Errorf("read capabilities: %w", err)
	}
	own[0].Inheritable, own[1].Inheritable = 0, 0 // and the ambient ones with them: capabilities(7)
	if err := unix.Capset(&header, &own[0]); err != nil {
		return 0, fmt.Errorf("give up capabilities: %w", err)
	}
	return syscall.ForkExec(path, words, &syscall.ProcAttr{Env: env, Files: []uintptr{0, 1, 2}})
}
