package conform

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The list that comes with the program can be read, of drivers and scenarios that
// there are.
func TestKnown(t *testing.T) {
	t.Parallel()
	list, err := Known()
	require.NoError(t, err)
	for _, e := range list {
		d, err := Find(e.Driver)
		require.NoError(t, err, "known.txt:%d", e.Line)
		for _, mode := range e.Modes {
			fits := false
			for _, s := range d.Settings {
				fits = fits || fitsPattern(mode, d.mode(s)) || fitsPattern(mode, d.mode(s)+" x=y")
			}
			assert.True(t, fits, "known.txt:%d: the driver has no mode %s", e.Line, mode)
		}
		for _, pattern := range e.Scenarios {
			assert.False(t, whole(pattern, nil), "known.txt:%d: no scenario is %s", e.Line, pattern)
		}
	}
}

func TestParseKnown(t *testing.T) {
	t.Parallel()
	list, err := ParseKnown("# a comment\n\nexim: exim/as-shipped exim/require-*\n  chain/md5-leaf chain/sha1-*\n  tls/weak-key\nIt is\nso.\n\npostfix: postfix/may\n  a/b\nNo.\n")
	require.NoError(t, err)
	assert.Equal(t, []Entry{
		{3, "exim", []string{"exim/as-shipped", "exim/require-*"}, []string{"chain/md5-leaf", "chain/sha1-*", "tls/weak-key"}, "It is so."},
		{9, "postfix", []string{"postfix/may"}, []string{"a/b"}, "No."},
	}, list)
	for _, bad := range []string{"exim: exim/as-shipped\nno scenario\n", "exim:\n  a/b\nreason\n", "exim: m\n  a/b\n"} {
		_, err := ParseKnown(bad)
		assert.ErrorContains(t, err, "known.txt:1: ", bad)
	}
}

// What is listed becomes known; what is listed and did not occur is told, unless a
// part of it was not tried.
func TestSettle(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{Line: 3, Driver: "exim", Modes: []string{"exim/*"}, Scenarios: []string{"chain/expired", "chain/sha1-*"}, Reason: "so"},
		{Line: 9, Driver: "postfix", Modes: []string{"exim/*"}, Scenarios: []string{"tls/weak-key"}, Reason: "not this driver"},
	}
	cells := []Cell{
		{Scenario: "chain/expired", Mode: "exim/as-shipped", Verdict: Disagree},
		{Scenario: "chain/sha1-leaf", Mode: "exim/as-shipped", Verdict: Agree},
		{Scenario: "tls/weak-key", Mode: "exim/as-shipped", Verdict: Disagree},
	}
	assert.Empty(t, Settle("exim", entries, cells), "of chain/sha1-* there are others, which were not tried")
	assert.Equal(t, []Verdict{KnownOne, Agree, Disagree}, []Verdict{cells[0].Verdict, cells[1].Verdict, cells[2].Verdict})
	assert.Equal(t, "so", cells[0].Why)
	cells = append(cells, Cell{Scenario: "chain/sha1-root", Mode: "exim/as-shipped", Verdict: Agree}, Cell{Scenario: "chain/sha1-intermediate", Mode: "exim/as-shipped", Verdict: Agree})
	assert.Equal(t, []string{"known.txt:3: chain/sha1-* under exim/* does not disagree any more; take it out"}, Settle("exim", entries, cells))
}
