package report

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// A Run is what several scenarios came to.
type Run struct {
	Modes   []verify.Policy // the columns of the matrix
	Results []Ran           // in the order in which they were asked for
}

// Ran is what one scenario came to.
type Ran struct {
	*world.Result
	Golden GoldenState
}

// A GoldenState says how a golden file compares with what came about.
type GoldenState string

// The states of a golden file.
const (
	GoldenNone    GoldenState = "none"         // the scenario has no golden file
	GoldenSkipped GoldenState = "not compared" // not all modes were run, but a golden is for all
	GoldenHolds   GoldenState = "holds"
	GoldenDiffers GoldenState = "differs"
	GoldenWritten GoldenState = "written" // it was brought up to date just now
)

// CompareGolden compares the golden file of a result with what came about. It
// needs a result under all modes of world.Policies.
func CompareGolden(r *world.Result) GoldenState {
	old, ok := r.Scenario.Golden()
	switch {
	case !ok:
		return GoldenNone
	case bytes.Equal(old, Golden(r)):
		return GoldenHolds
	}
	return GoldenDiffers
}

// Holds reports whether all that the scenario says held, and whether judgement,
// delivery and the hosts' records agreed.
func (r Ran) Holds() bool {
	if r.Golden == GoldenDiffers || len(r.Strays) > 0 || len(r.BrokenFindings()) > 0 {
		return false
	}
	for _, m := range r.Modes {
		if m.Disagreement() != "" || len(m.Broken()) > 0 {
			return false
		}
	}
	for _, got := range r.Received {
		if got.Disagreement() != "" || len(got.Broken()) > 0 {
			return false
		}
	}
	return true
}

// Holds reports whether every scenario held.
func (r Run) Holds() bool {
	for _, s := range r.Results {
		if !s.Holds() {
			return false
		}
	}
	return true
}

// Summary counts what held and what did not, in a line.
func (r Run) Summary() string {
	var claims, broken, disagreed, strays int
	goldens := map[GoldenState]int{}
	for _, s := range r.Results {
		goldens[s.Golden]++
		strays += len(s.Strays)
		claims += len(s.Scenario.Findings)
		broken += len(s.BrokenFindings())
		for _, m := range s.Modes {
			claims += len(m.Claims)
			broken += len(m.Broken())
			if m.Disagreement() != "" {
				disagreed++
			}
		}
		for _, got := range s.Received {
			claims += len(got.Claims)
			broken += len(got.Broken())
			if got.Disagreement() != "" {
				disagreed++
			}
		}
	}
	differ := goldens[GoldenDiffers]
	compared := goldens[GoldenHolds] + differ + goldens[GoldenWritten]
	head := plural(len(r.Results), "scenario", "scenarios") + ", " + plural(len(r.Modes), "mode", "modes") + ": "
	var tail []string
	if n := goldens[GoldenWritten]; n > 0 {
		tail = append(tail, plural(n, "golden", "goldens")+" written")
	}
	if disagreed > 0 {
		tail = append(tail, plural(disagreed, "delivery", "deliveries")+" not as judged")
	}
	if strays > 0 {
		tail = append(tail, plural(strays, "stray", "strays"))
	}
	return strings.Join(append([]string{head + held(claims, broken, compared, differ)}, tail...), "; ")
}

// held says how many claims and goldens hold.
func held(claims, broken, goldens, differ int) string {
	if broken+differ == 0 {
		text := plural(claims, "claim", "claims")
		if goldens > 0 {
			text += " and " + plural(goldens, "golden", "goldens")
		}
		if claims+goldens == 1 {
			return text + " holds"
		}
		return text + " hold"
	}
	text := fmt.Sprintf("%d of %s", broken, plural(claims, "claim", "claims"))
	if goldens > 0 {
		text += fmt.Sprintf(" and %d of %s", differ, plural(goldens, "golden", "goldens"))
	}
	if broken+differ == 1 {
		return text + " does not hold"
	}
	return text + " do not hold"
}

// place tells where a claim stands.
func place(c scenarios.Claim) string {
	return fmt.Sprintf("%s:%d", cmp.Or(c.File, "expect"), c.Line)
}
