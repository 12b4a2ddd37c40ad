package netns

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// handedOn are the signals that people and programs send to a command.
func handedOn() []os.Signal {
	return []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2}
}

// fromTerminal reports whether a signal was probably a key that was pressed:
// then every process in the foreground has it.
func fromTerminal(s syscall.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// foreground remembers which processes the terminal listens to, and gives what
// makes it so again: a shell inside takes it for itself.
func foreground() (again func()) {
	group, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
	if err != nil {
		return func() {}
	}
	return func() {
		now, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
		if err != nil || now == group {
			return
		}
		signal.Ignore(syscall.SIGTTOU) // which would stop this process
		unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, group)
		signal.Reset(syscall.SIGTTOU)
	}
}
