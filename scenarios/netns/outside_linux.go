package netns

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Launch starts this program as process 1 of namespaces of its own, where it
// has to call [Enter], and waits for its end.
type Launch struct {
	Args   []string   // its arguments, its own name first
	Files  []*os.File // what it has open, from descriptor 4 on, to be kept from what it starts
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// Alone is called with the reason if there is one id inside, so that programs
	// that change their user will fail; may be nil.
	Alone func(why error)
}

// leash is the descriptor by which the process inside follows the one outside.
const leash = 3

// Run gives the exit status of the process inside; of one that a signal ended,
// 128 and the signal, as shells have it. Signals that this process is sent are
// handed on to the command, but for those that the terminal sends to it as well.
// The error says why there is no process inside.
func (l Launch) Run() (int, error) {
	// The process inside is killed when this thread ends (prctl(2),
	// PR_SET_PDEATHSIG).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	signals := make(chan os.Signal, 16)
	for _, s := range handedOn() {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	defer foreground()()

	m, why, err := mapping()
	if err != nil {
		return 0, err
	}
	cmd, pipe, err := l.start(m)
	if err == nil && m.helped() {
		if err = m.help(cmd.Process.Pid); err != nil {
			pipe.Close() // its end
			cmd.Wait()
			m, why = alone(), err
			cmd, pipe, err = l.start(m)
		}
	}
	if err != nil {
		return 0, refused(err)
	}
	if why != nil && l.Alone != nil {
		l.Alone(why)
	}
	if err := (errand{Single: why != nil, Spare: spares()}).send(pipe); err != nil && !errors.Is(err, syscall.EPIPE) {
		cmd.Process.Kill()
		cmd.Wait()
		return 0, err
	}
	go func() {
		for s := range signals {
			if n, ok := s.(syscall.Signal); ok && !fromTerminal(n) {
				pipe.Write([]byte{byte(n)})
			}
		}
	}()
	return finish(cmd)
}

// start starts the process.
func (l Launch) start(m ids) (*exec.Cmd, *os.File, error) {
	far, near, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer far.Close()
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: l.Args, Stdin: l.Stdin, Stdout: l.Stdout, Stderr: l.Stderr,
		ExtraFiles: append([]*os.File{far}, l.Files...), SysProcAttr: m.attributes()}
	if err := cmd.Start(); err != nil {
		near.Close()
		return nil, nil, fmt.Errorf("start a process in namespaces of its own: %w", err)
	}
	return cmd, near, nil
}

// attributes are those of a process in new namespaces.
func (m ids) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		Pdeathsig:  syscall.SIGKILL, UidMappings: m.uids, GidMappings: m.gids, GidMappingsEnableSetgroups: m.setgroups,
	}
	if m.helped() {
		// It is executed before it has an id, and would lose its capabilities.
		for c := range uintptr(unix.CAP_LAST_CAP + 1) {
			a.AmbientCaps = append(a.AmbientCaps, c)
		}
	}
	return a
}

// finish waits for the end of the process inside.
func finish(cmd *exec.Cmd) (int, error) {
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return status(exit.Sys().(syscall.WaitStatus)), nil
	case err != nil:
		return 0, fmt.Errorf("wait for the process inside: %w", err)
	}
	return 0, nil
}

// status is what a shell says of a process that has ended.
func status(s syscall.WaitStatus) int {
	if s.Signaled() {
		return 128 + int(s.Signal())
	}
	return s.ExitStatus()
}
