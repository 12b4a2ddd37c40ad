package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/netns"
	"mxlab/scenarios/report"
)

// exec is the command of that name.
func (p program) exec(name string, command []string, o execOptions) error {
	if o.inside {
		return p.execInside(name, command, o)
	}
	l := netns.Launch{Args: []string{"mxlab", "exec", "--inside", name, "--phase=" + o.phase, "--view=" + o.view, fmt.Sprint("--verbose=", o.verbose)},
		Stdin: os.Stdin, Stdout: p.stdout, Stderr: p.stderr,
		Alone: func(why error) {
			fmt.Fprintf(p.stderr, "mxlab: programs that change their user, as mail servers do, will fail: %v\n", why)
		}}
	if o.record != "" {
		dir, err := newFolder(o.record)
		if err != nil {
			return err
		}
		defer dir.Close()
		l.Args, l.Files = append(l.Args, "--record="+o.record), []*os.File{dir}
	}
	l.Args = append(append(l.Args, "--"), command...)
	status, err := l.Run()
	if err != nil {
		return failed(err)
	}
	return endedWith(status)
}

func endedWith(status int) error {
	if status != 0 {
		return anExitStatus(status)
	}
	return nil
}

// newFolder opens a directory, which has to be empty if it is there.
func newFolder(path string) (*os.File, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("--record: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("--record: %w", err)
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("--record %s: there are files in it; name a directory that is empty, or does not exist", path)
	}
	return os.Open(path)
}

// recordFile is the descriptor of the directory of --record inside.
const recordFile = 4

// execInside is exec as process 1 of the world.
func (p program) execInside(name string, command []string, o execOptions) error {
	// Until the command begins there is not enough garbage to be worth collecting.
	usual := debug.SetGCPercent(1000)
	begun := func() { debug.SetGCPercent(usual) }
	s, err := theWorld(name, o)
	if err != nil {
		return err
	}
	in, err := netns.Enter()
	if err != nil {
		return failed(err)
	}
	life := netns.Life{Scenario: s, Command: command, Now: time.Now, Begun: func(netns.Machine) { begun() }}
	var told report.Witnesses
	if o.verbose {
		told = append(told, report.NewLive(p.stderr, report.Style{Color: coloured(p.stderr)}))
	}
	var record *report.Record
	if o.record != "" {
		syscall.CloseOnExec(recordFile)
		dir, err := os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", recordFile))
		if err != nil {
			return failed(fmt.Errorf("--record: %w", err))
		}
		record = report.NewRecord(dir)
		told = append(told, record)
	}
	if len(told) > 0 {
		life.Witness = told
	}
	if len(command) == 0 {
		life.Command = []string{shell()}
		life.Begun = func(m netns.Machine) { begun(); p.welcome(s, m) }
	}
	status, err := in.Live(life)
	if record != nil {
		err = errors.Join(err, record.Err())
	}
	switch {
	case err != nil && status == 0:
		return failed(err)
	case err != nil:
		fmt.Fprintf(p.stderr, "mxlab: %v\n", err)
	}
	return endedWith(status)
}

// shell is the user's own, or the system's.
func shell() string {
	own := os.Getenv("SHELL")
	if info, err := os.Stat(own); err == nil && info.Mode()&0o111 != 0 && !errors.Is(err, fs.ErrNotExist) && !info.IsDir() {
		return own
	}
	return "/bin/sh"
}

// welcome says where one is, and what can be typed.
func (p program) welcome(s *scenarios.Scenario, m netns.Machine) {
	mx := s.Domain
	for _, r := range s.Zone.Records() {
		if r.Type == "MX" && r.Owner == s.Domain {
			mx = exchanger(r.Data)
			break
		}
	}
	fmt.Fprintf(p.stderr, `mxlab: this is the world of %s, and you are %s; exit leaves it. Try:
  dig +short MX %s
  openssl s_client -starttls smtp -connect %s:25
  mxlab check %[3]s
`, s.Name, m.Name, s.Domain, mx)
}

// exchanger is the host of an MX record's data.
func exchanger(data string) string {
	words := strings.Fields(data)
	if len(words) != 2 {
		return data
	}
	return strings.TrimSuffix(words[1], ".")
}
