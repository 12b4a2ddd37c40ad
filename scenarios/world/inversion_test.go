package world_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// TestInversion: whichever rule of a judge is turned round, the catalogue
// notices: in some scenario the judgement is no longer what the delivery came
// to, and a claim breaks.
//
// A rule counts as noticed only in scenarios in which it decides as it is. So
// it is not enough that all that was good becomes bad, as with a path that no
// longer ends in a trusted authority; what was bad must also become good. And
// each of the modes in which a rule decides must notice by itself.
//
// The functions that judge and delivery share cannot be turned round in the
// judge alone; there the claims, which were written by hand, would notice:
// verify.MatchAny (hosted/wildcard-two-labels, hosted/wildcard-part-of-label;
// all of it in verify/match_test.go), pkix.Build (the scenarios of chain; all
// of it in verify/pkix/build_test.go and differential_test.go),
// verify.Evidence.NextHops (the scenarios of mx and routes).
func TestInversion(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("no rule holds the worse for the race detector; run without -race")
	}
	var n notices
	collected := t.Run("scenarios", func(t *testing.T) {
		for _, s := range catalogue(t) {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				n.collect(t, s)
			})
		}
	})
	if !collected {
		return // it would only seem that nothing notices
	}
	base := map[string]bool{}
	for _, p := range scenarios.Modes() {
		base[p.Mode()] = true
	}
	for _, rule := range rules() {
		t.Run(rule.ID, func(t *testing.T) {
			seen, claimed := false, false
			for _, at := range slices.SortedFunc(maps.Keys(n.seen), byMode) {
				if at.rule != rule.ID {
					continue
				}
				seen, claimed = true, claimed || n.claimed[at]
				assert.True(t, n.disagreed[at] || !base[at.mode],
					"the rule decides under %s, for example in %s, but nothing disagrees when it is turned round", at.mode, n.seen[at])
			}
			assert.True(t, seen, "no outcome in the catalogue rests on this rule: %q; a scenario is missing, or the rule is dead", rule.Text)
			assert.True(t, claimed, "no claim breaks when this rule is turned round: %q", rule.Text)
		})
	}
}

// invertible is a policy of which one rule can be turned round.
type invertible interface {
	Inverted(ruleID string) verify.Policy
}

// rulesOf gives those of the product of a policy.
func rulesOf(p verify.Policy) []*verify.Rule {
	product, _, _ := strings.Cut(p.Mode(), "/")
	for _, known := range scenarios.Products() {
		if known.Name == product {
			return known.Rules
		}
	}
	return nil
}

// rules gives those of all products.
func rules() (all []*verify.Rule) {
	for _, p := range scenarios.Products() {
		all = append(all, p.Rules...)
	}
	return all
}

// notices are what came of turning rules round, by rule and mode.
type notices struct {
	mu        sync.Mutex
	seen      map[place]string // a scenario in which the rule decides
	disagreed map[place]bool   // there the three accounts then differ
	claimed   map[place]bool   // there a claim then breaks
}

type place struct{ rule, mode string }

func byMode(a, b place) int {
	if a.mode < b.mode {
		return -1
	}
	return 1
}

// collect makes the deliveries of a scenario once, and holds them against the
// judgement with one rule after the other turned round.
func (n *notices) collect(t *testing.T, s *scenarios.Scenario) {
	w := world.Start(t, s, world.InMemory())
	r, err := w.Run(t.Context(), world.Policies(s, scenarios.Modes()))
	require.NoError(t, err)
	for _, m := range r.Modes {
		require.Empty(t, m.Disagreement(), "%s, before a rule is turned round", m.Policy.Mode())
		for _, rule := range rulesOf(m.Policy) {
			if n.enough(place{rule.ID, m.Policy.Mode()}) {
				continue
			}
			now, later := decides(m, rule), inQueue(m, rule)
			if !now && !later && !inRuns(m, rule) {
				continue
			}
			turned, p := m, m.Policy.(invertible).Inverted(rule.ID)
			if later || !now {
				turned.Queue = m.Queue.Judged(p, m.Delivery)
			} else {
				turned.Assessed = inverted(t, w, r.Assessment.Evidence, p)
			}
			n.note(place{rule.ID, m.Policy.Mode()}, s.Name, turned.Disagreement() != "", len(turned.Broken()) > 0)
		}
	}
}

// enough reports whether all that can be noticed has been: other scenarios add
// nothing.
func (n *notices) enough(at place) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.disagreed[at] && n.claimed[at]
}

// note adds what came of turning a rule round in a scenario.
func (n *notices) note(at place, scenario string, disagreed, claimed bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen == nil {
		n.seen, n.disagreed, n.claimed = map[place]string{}, map[place]bool{}, map[place]bool{}
	}
	n.seen[at] = scenario
	n.disagreed[at] = n.disagreed[at] || disagreed
	n.claimed[at] = n.claimed[at] || claimed
}

// decides reports whether the outcome on any host rests on a rule.
func decides(m world.ModeResult, rule *verify.Rule) bool {
	decided, passed := m.Delivery.Portal == rule || slices.Contains(m.Delivery.Routing, rule), false
	for _, v := range m.Verdicts {
		decided = decided || slices.Contains(v.Decided, rule)
		passed = passed || slices.ContainsFunc(v.Checks, func(c verify.Check) bool { return c.Rule == rule && c.Result == verify.Passed })
	}
	// Where STARTTLS does not count nobody asks for it, so no evidence says what
	// the host would have answered. The rule is turned round where it counts.
	if strings.HasSuffix(rule.ID, "/starttls-own-line") {
		return passed && !decided
	}
	return decided
}

// inQueue reports whether the later queue runs rest on a rule.
func inQueue(m world.ModeResult, rule *verify.Rule) bool {
	return m.Queue != nil && slices.Contains(m.Queue.Decided, rule)
}

// inRuns reports whether an outcome in a later queue run rests on a rule.
func inRuns(m world.ModeResult, rule *verify.Rule) bool {
	return m.Queue != nil && slices.ContainsFunc(m.Queue.Runs, func(r world.Run) bool {
		return slices.ContainsFunc(r.Verdicts, func(v verify.Verdict) bool { return slices.Contains(v.Decided, rule) })
	})
}

// inverted judges again. What the other judge needs besides is gathered into a
// copy of the evidence.
func inverted(t *testing.T, w *world.World, ev verify.Evidence, p verify.Policy) verify.Assessed {
	t.Helper()
	ev.Lookups, ev.Sessions, ev.Fetched = maps.Clone(ev.Lookups), maps.Clone(ev.Sessions), maps.Clone(ev.Fetched)
	require.NoError(t, w.Gather(t.Context(), &ev, []verify.Policy{p}))
	return verify.Assess(ev, []verify.Policy{p}).Modes[0]
}
