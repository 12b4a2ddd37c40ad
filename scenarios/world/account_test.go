package world_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
)

// An account is all that came of a scenario.
type account struct {
	golden string
	strays string // what a real sender would have asked elsewhere
	rest   string // what the golden does not tell of each mode

	disagreement string // between the judgement, the delivery and the record, of any mode
}

// text is the account as one text.
func (a account) text() string { return a.golden + a.rest + a.strays }

// accounts runs a scenario several times in one world, and writes down each
// time all that came of it.
func accounts(t *testing.T, s *scenarios.Scenario, now time.Time, times int, opts ...world.Option) (list []account) {
	t.Helper()
	w, err := world.New(s, now, opts...)
	require.NoError(t, err)
	defer w.Close()
	for range times {
		r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
		require.NoError(t, err, s.Name)
		a := account{golden: string(report.Golden(r)), strays: strings.Join(r.Strays, "\n")}
		for _, m := range r.Modes {
			a.disagreement += m.Disagreement()
			a.rest += fmt.Sprintln(m.Made.Words(), m.Made.Tried, m.Arrivals, m.Disagreement(), m.Broken())
		}
		list = append(list, a)
	}
	return list
}

// first is what came of each scenario when it was first run, on sockets: several
// tests hold it against what comes of it in another way.
var first struct {
	sync.Mutex
	of map[string]func() account
}

// firstOf runs a scenario of the catalogue, unless that was done.
func firstOf(t *testing.T, s *scenarios.Scenario) account {
	t.Helper()
	first.Lock()
	run, ok := first.of[s.Name]
	if !ok {
		if first.of == nil {
			first.of = map[string]func() account{}
		}
		run = sync.OnceValue(func() account { return accounts(t, s, world.Now, 1)[0] })
		first.of[s.Name] = run
	}
	first.Unlock()
	return run()
}
