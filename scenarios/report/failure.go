package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// Failures writes whatever did not hold in a run, scenario by scenario: each
// claim with its place, what came about instead and every check that led there;
// accounts that disagree; strays; and how the golden file differs. It writes
// nothing if all held.
func Failures(w io.Writer, r Run, st Style) {
	for _, s := range r.Results {
		for _, m := range s.Modes {
			for _, c := range m.Broken() {
				brokenClaim(w, s.Scenario, m, c, st)
			}
			if d := m.Disagreement(); d != "" {
				fmt.Fprintf(w, "\n%s, %s: %s\n", st.Bold(s.Scenario.Name), m.Policy.Mode(), st.Bad("the accounts disagree"))
				fmt.Fprintf(w, "  %s\n", printable(d))
			}
		}
		for _, got := range s.Received {
			for _, c := range got.Broken() {
				brokenReceipt(w, s.Scenario, got, c, st)
			}
			if d := got.Disagreement(); d != "" {
				fmt.Fprintf(w, "\n%s, %s: %s\n", st.Bold(s.Scenario.Name), got.Mode, st.Bad("the accounts disagree"))
				fmt.Fprintf(w, "  %s\n", printable(d))
			}
		}
		for _, c := range s.BrokenFindings() {
			brokenFinding(w, s, c, st)
		}
		if len(s.Strays) > 0 {
			fmt.Fprintf(w, "\n%s: %s\n", st.Bold(s.Scenario.Name), st.Bad("the scenario is incomplete; a real sender would have looked elsewhere"))
			for _, stray := range s.Strays {
				fmt.Fprintf(w, "  %s\n", printable(stray))
			}
		}
		if s.Golden == GoldenDiffers {
			goldenDiff(w, s, st)
		}
	}
}

func brokenClaim(w io.Writer, s *scenarios.Scenario, m world.ModeResult, c scenarios.Claim, st Style) {
	fmt.Fprintf(w, "\n%s, %s: %s\n", st.Bold(s.Name), m.Policy.Mode(), st.Bad("a claim does not hold"))
	fmt.Fprintf(w, "  claimed  %s    %s\n", c.String(), st.Dim(place(c)))
	fmt.Fprintf(w, "  came to  %s\n", deliveryText(m.Delivery, st))
	for i, k := range m.Tried() {
		v := m.Verdicts[k]
		name := "no host"
		if v.Host != "" {
			name = printable(v.Host)
		}
		if v.Addr.IsValid() && v.Host != v.Addr.Addr().String() {
			name += " " + v.Addr.Addr().String()
		}
		fmt.Fprintf(w, "  host %d   %s: %s\n", i+1, name, v.Words())
		saying(w, "    ", v.Said, st)
		Checks(w, "    ", v, st)
	}
	if m.Queue != nil {
		fmt.Fprintf(w, "  later\n%s", queueText(m, Checks, st))
	}
}

// brokenFinding shows what was found instead of what is claimed.
func brokenFinding(w io.Writer, s Ran, c scenarios.FindingClaim, st Style) {
	fmt.Fprintf(w, "\n%s, receiver test: %s\n", st.Bold(s.Scenario.Name), st.Bad("a claim does not hold"))
	fmt.Fprintf(w, "  claimed  %s    %s\n", c, st.Dim(fmt.Sprintf("%s:%d", cmp.Or(c.File, "findings"), c.Line)))
	fmt.Fprintf(w, "  came to\n")
	if s.Check != nil {
		found(w, s.Check.Findings, "    ", st)
	}
}

func goldenDiff(w io.Writer, s Ran, st Style) {
	fmt.Fprintf(w, "\n%s: %s\n", st.Bold(s.Scenario.Name), st.Bad("the golden file differs; if the change is right, --update writes it"))
	old, _ := s.Scenario.Golden()
	text := string(diff.Diff(s.Scenario.GoldenName()+".golden", old, "as it came about", Golden(s.Result)))
	// The first line repeats the next two as a diff command.
	_, text, _ = strings.Cut(text, "\n")
	for _, line := range strings.SplitAfter(text, "\n") {
		body := strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "-"):
			line = st.Bad(body) + line[len(body):]
		case strings.HasPrefix(line, "+"):
			line = st.Good(body) + line[len(body):]
		}
		io.WriteString(w, line)
	}
}
