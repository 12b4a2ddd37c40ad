package main

import (
	"bytes"
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/verify"
)

// A screen tells of the line that begins with a word.
type screen struct {
	word  string
	shown func()
}

func (s screen) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		if bytes.HasPrefix(line, []byte(s.word+" ")) {
			s.shown()
		}
	}
	return len(b), nil
}

// TestFirstResult: of a run of the whole catalogue the first result is on the
// screen before a tenth of the worlds are begun. Those behind the first tenth
// are held back here until it is.
func TestFirstResult(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	shown, seen, begun := make(chan struct{}), false, atomic.Int64{}
	columns := scenarios.Modes()
	rows := report.NewRows(screen{list[0].Name, func() {
		seen = true
		close(shown)
	}}, list, columns, false, report.Style{})
	_, err = program{}.runAll(ctx, list, func(s *scenarios.Scenario) []verify.Policy {
		if begun.Add(1) > int64(len(list)/10) {
			select {
			case <-shown:
				cancel() // the rest is another test's
			case <-ctx.Done():
			}
		}
		return s.Policies(columns)
	}, rows)
	assert.ErrorIs(t, err, context.Canceled, "it waited for the first result")
	assert.True(t, seen, "no result was shown until %d of %d worlds had begun", begun.Load(), len(list))
}
