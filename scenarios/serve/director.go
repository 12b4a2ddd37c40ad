package serve

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"mxlab/internal/nearest"
	"mxlab/scenarios"
)

// A Director says which world a server serves: a phase of a story, as its file
// has it at present, under the changes that were made since.
type Director struct {
	server  *Server
	changed func(what string) error

	mu      sync.Mutex
	base    *scenarios.Scenario // as the file has it
	now     *scenarios.Scenario // under the changes
	changes []scenarios.Change
	made    int // changes so far
}

// NewDirector begins with the scenario that the server serves. changed, which
// may be nil, is told what was done when another world has moved in, one after the other; its
// error is that of whoever asked for it.
func NewDirector(sv *Server, s *scenarios.Scenario, changed func(what string) error) *Director {
	if changed == nil {
		changed = func(string) error { return nil }
	}
	return &Director{server: sv, changed: changed, base: s, now: s}
}

// Scenario is the world that is served.
func (d *Director) Scenario() *scenarios.Scenario {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Reload reads the story's file again, and drops the changes that were made. With
// an error nothing is different.
func (d *Director) Reload() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	story, err := d.base.Story().Reload()
	if err != nil {
		return err
	}
	base := story.World(d.base.Phase, d.base.View)
	if base == nil {
		return fmt.Errorf("%s has no world %s any more; give it back, or serve another one", story.File, strings.TrimPrefix(d.base.Name, story.Name))
	}
	what := "reloaded " + story.File
	if n := len(d.changes); n > 0 {
		what += fmt.Sprintf("; the changes that were made (%d) are gone", n)
	}
	return d.play(base, nil, what)
}

// Change lays a change over the world, in the words of an overlay.
func (d *Director) Change(text []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := fmt.Sprintf("change %d", d.made+1)
	err := d.play(d.base, append(slices.Clone(d.changes), scenarios.Change{Name: name, Text: text}), name)
	if err == nil {
		d.made++
	}
	return err
}

// Restore drops the changes that were made.
func (d *Director) Restore() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.play(d.base, nil, "as "+d.base.Name+" has it")
}

var errLastPhase = errors.New("this is the last phase; name one to go back to it")

// Play goes on to a phase; without a name, to the next one. Changes stay.
func (d *Director) Play(phase string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.phases()
	i := slices.Index(all, phase)
	switch at := slices.Index(all, d.base.Phase); {
	case phase == "" && at+1 == len(all):
		return errLastPhase
	case phase == "":
		i = at + 1
	case i < 0:
		named := slices.DeleteFunc(all, func(p string) bool { return p == "" })
		if len(named) == 0 {
			return fmt.Errorf("no phase has the name %q; %s has no phases", phase, d.base.Name)
		}
		return fmt.Errorf("no phase has the name %q; write one of %s%s", phase, strings.Join(named, ", "), nearest.Hint(phase, named...))
	}
	return d.play(d.base.Story().World(all[i], d.base.View), d.changes, "phase "+all[i])
}

// Phases gives the phase in force, and those that the story has.
func (d *Director) Phases() (now string, all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.base.Phase, d.phases()
}

// phases lists those of the story, which all have the view.
func (d *Director) phases() (all []string) {
	for _, w := range d.base.Story().Worlds {
		if w.View == d.base.View {
			all = append(all, w.Phase)
		}
	}
	return all
}

// play has the server serve a world under changes. d.mu is held.
func (d *Director) play(base *scenarios.Scenario, changes []scenarios.Change, what string) error {
	s := base
	if len(changes) > 0 {
		var err error
		if s, err = base.With(changes...); err != nil {
			return err
		}
	}
	if err := d.server.Change(s); err != nil {
		return err
	}
	d.base, d.now, d.changes = base, s, changes
	if err := d.changed(what); err != nil {
		return &untoldError{err}
	}
	return nil
}

// An untoldError is that of a change that was made, and could not be told.
type untoldError struct{ err error }

func (e *untoldError) Error() string { return fmt.Sprintf("the world has changed, but: %v", e.err) }
func (e *untoldError) Unwrap() error { return e.err }
