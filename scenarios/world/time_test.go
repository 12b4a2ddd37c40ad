package world_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// TestSameResults: a scenario comes to the same at any time, in any order and
// however often it is run. Nothing rots, and no world leaves a trace in
// another.
func TestSameResults(t *testing.T) {
	t.Parallel()
	all := sample(catalogue(t))
	reversed, shuffled := slices.Clone(all), slices.Clone(all)
	slices.Reverse(reversed)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, run := range map[string]struct {
		list  []*scenarios.Scenario
		now   time.Time
		times int
	}{
		"earlier, in reverse order": {reversed, time.Date(2020, time.June, 1, 0, 0, 0, 0, time.UTC), 1},
		"later, shuffled, twice":    {shuffled, time.Date(2045, time.June, 1, 0, 0, 0, 0, time.UTC), 2},
		"within a second":           {all, time.Date(2028, time.February, 29, 23, 59, 59, 999, time.FixedZone("", -5*3600)), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range run.list {
				for i, again := range accounts(t, s, run.now, run.times, world.InMemory()) {
					assert.Equal(t, firstOf(t, s).text(), again.text(), "%s, run %d in one world", s.Name, i+1)
				}
			}
		})
	}
}

// TestScenarioIsNotChanged: several worlds of one scenario may run at a time,
// because none of them changes it.
func TestScenarioIsNotChanged(t *testing.T) {
	t.Parallel()
	// No record has the address, so its reverse zone is the world's own.
	s := parse(t, `
zone: |
  example.net. 300 IN MX 0 .
hosts:
  192.0.2.1: no-tls
routes:
  - '[192.0.2.1]'
`)
	before := s.Zone.Apexes()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			w, err := world.New(s, world.Now)
			if assert.NoError(t, err) {
				w.Close()
			}
		})
	}
	both.Wait()
	assert.Equal(t, before, s.Zone.Apexes())
}

// parse reads the lines of a scenario that a test is about.
func parse(t *testing.T, lines string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", "test", []byte("title: A test\ndomain: example.com\n"+lines))
	require.NoError(t, err)
	return s
}
