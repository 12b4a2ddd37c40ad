package world

import (
	"time"

	"mxlab/scenarios"
)

// TB is the part of testing.TB that Start needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start starts the world of a scenario for a test, and closes it when the test
// ends.
func Start(t TB, s *scenarios.Scenario, options ...Option) *World {
	t.Helper()
	w, err := New(s, time.Time{}, options...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(w.Close)
	return w
}
