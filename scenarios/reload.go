package scenarios

import (
	"fmt"
	"strings"
)

// OnDisk tells whether the story was read from a file of the operating system,
// which may change.
func (s *Story) OnDisk() bool { return s.home == onDisk }

// Path is what [Find] finds this world by: its name, or for that of a file the
// path with the extension, and the phase and view behind it.
func (s *Scenario) Path() string {
	if !s.story.OnDisk() {
		return s.Name
	}
	return s.story.File + strings.TrimPrefix(s.Name, s.story.Name)
}

// Reload reads the file of the story again. The error is [Errors], or that of
// the file system.
func (s *Story) Reload() (*Story, error) {
	if !s.OnDisk() {
		return nil, fmt.Errorf("read %s again: it was not read from a file", s.Name)
	}
	first, err := open(s.File)
	if err != nil {
		return nil, err
	}
	first.story.home = onDisk
	return first.story, nil
}

// World gives the world of a phase and a view; nil if there is none. A first
// phase or a default view without a name has the empty one.
func (s *Story) World(phase, view string) *Scenario {
	for _, w := range s.Worlds {
		if w.Phase == phase && w.View == view {
			return w
		}
	}
	return nil
}
