package netns

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A Stay is a life that outlasts its worlds: file system and network are made
// once, one command runs through it, and world follows world above them. It is
// for software that takes longer to start than to do its work.
type Stay struct {
	in   *Inside
	life Life
	plan plan // of the scenario with which it begins
	tree *tree
	net  *network
	log  *systemLog
}

// Stay makes all but the world. Scenario, Command, Program, Witness and Keep of a
// life are for good; the witness is told by each world's own.
func (in *Inside) Stay(l Life) (*Stay, error) {
	p, err := newPlan(l.Scenario)
	if err != nil {
		return nil, err
	}
	t, err := in.plant(p, l)
	if err != nil {
		return nil, refused(err)
	}
	n, err := newNetwork()
	if err != nil {
		return nil, refused(err)
	}
	log, err := listenToLog("/dev/log", l.Witness)
	if err != nil {
		return nil, err
	}
	return &Stay{in, l, p, t, n, log}, nil
}

// Command runs the command to its end, as Live does.
func (s *Stay) Command() (int, error) {
	defer s.log.Close()
	return command(s.life.Program, s.life.Command, environment(os.Environ(), s.plan, s.life.Scenario.Name), s.in.signals)
}

// World makes the world of a scenario, and gives what takes it away: servers,
// addresses, names, authorities and keys. What processes of the command remember
// of it is theirs. There is one world at a time; after an error there can be no
// other.
func (s *Stay) World(l Life) (end func() error, err error) {
	p, err := newPlan(l.Scenario)
	if err != nil {
		return nil, err
	}
	w, err := s.net.world(p, l)
	if err != nil {
		return nil, refused(err)
	}
	if err := p.nameFiles(); err != nil {
		return nil, fmt.Errorf("write the names of the world: %w", err)
	}
	if err := s.tree.install(w); err != nil {
		return nil, fmt.Errorf("install the authorities of the world: %w", err)
	}
	if err := unix.Sethostname([]byte(p.name)); err != nil {
		return nil, fmt.Errorf("set the host name: %w", err)
	}
	return func() error {
		w.Close()
		if err := errors.Join(w.Err(), s.net.take(), s.tree.remove()); err != nil {
			return fmt.Errorf("take the world away: %w", err)
		}
		return nil
	}, nil
}
