package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// told gives the modes that a reader of a story wants to hear about: those of
// which a world of the story, seen from the same place, claims something; else
// those of which any world does. A story that claims nothing at all is told for
// every mode.
func told(r *world.Result) []world.ModeResult {
	here := slices.DeleteFunc(slices.Clone(r.Scenario.Story().Worlds), func(w *scenarios.Scenario) bool { return w.View != r.Scenario.View })
	if some := claimed(r, here); len(some) < len(r.Modes) && len(some) > 0 {
		return some
	}
	return claimed(r, r.Scenario.Story().Worlds)
}

// claimed gives the modes of a result of which one of some worlds claims
// something; all of them if the worlds claim nothing of anybody.
func claimed(r *world.Result, worlds []*scenarios.Scenario) (some []world.ModeResult) {
	var modes []string
	claims := 0
	for _, w := range worlds {
		claims += len(w.Receive) + len(w.Findings) + len(w.Expect)
		for _, c := range w.Expect {
			modes = append(modes, c.Mode)
		}
	}
	if claims == 0 {
		return r.Modes
	}
	for _, m := range r.Modes {
		if slices.Contains(modes, m.Policy.Mode()) {
			some = append(some, m)
		}
	}
	return some
}

// untold says in a line how many modes a story leaves out, and how to hear of
// them.
func untold(w io.Writer, results []*world.Result, st Style) {
	known, all := map[string]bool{}, map[string]bool{}
	for _, r := range results {
		for _, m := range r.Modes {
			all[m.Policy.Mode()] = true
		}
		for _, m := range told(r) {
			known[m.Policy.Mode()] = true
		}
	}
	others := ""
	if n := len(all) - len(known); n > 0 {
		others = fmt.Sprintf("The scenario claims nothing about %s. ", plural(n, "other mode", "other modes"))
	}
	fmt.Fprintf(w, "\n%s\n", st.Dim(others+"With --mode PRODUCT[/SETTING] some are told, with --all all of them, and every check."))
}

// brief tells of one world: where the mail goes, what the hosts showed, what
// was compared in the modes that matter, what became of the message, and what to
// change.
func brief(w io.Writer, r *world.Result, st Style) {
	a := r.Assessment
	modes := told(r)
	introduction(w, r.Scenario, st)
	fmt.Fprintf(w, "\n%s\n", st.Bold("where the mail for "+a.Evidence.Domain+" goes"))
	routes(w, a.Evidence)
	dns(w, a, st)
	fetched(w, a.Evidence, st)
	chains := map[string]bool{}
	for i, hop := range a.Hops {
		fmt.Fprintf(w, "\n%s\n", st.Bold(hostHeading(hop)))
		came := slices.DeleteFunc(slices.Clone(modes), func(m world.ModeResult) bool { return m.Delivery.Tried <= i })
		if len(came) == 0 && len(modes) > 0 {
			fmt.Fprintf(w, "  not tried: an earlier host decided\n")
			continue
		}
		reverse(w, a.Evidence, hop, st)
		shown := hellosOf(a.Evidence, hop, came)
		if len(modes) == 0 {
			shown = hellos(a.Evidence, hop)
		}
		sessionsBelow(w, chains, a.Evidence, hop, shown, st)
		compared(w, a.Hops, i, came, st)
	}
	if len(modes) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.Bold("outcome"))
		outcomes(w, verify.Assessment{Modes: assessed(modes)}, st)
		queues(w, modes, comparisons, st)
	}
	received(w, r.Received, st)
	if r.Check != nil {
		fmt.Fprintf(w, "\n%s\n", st.Bold("receiver test"))
		found(w, r.Check.Findings, "  ", Style{Color: st.Color, Stable: true})
	}
	toDo(w, []*world.Result{r}, st)
	untold(w, []*world.Result{r}, st)
}

// compared writes what the verdicts on a host rest on. Those that are as at the
// host before share a line.
func compared(w io.Writer, hops []verify.Hop, i int, came []world.ModeResult, st Style) {
	same := slices.DeleteFunc(slices.Clone(came), func(m world.ModeResult) bool {
		return i == 0 || comparedText(m.Verdicts[i], Style{}) != comparedText(m.Verdicts[i-1], Style{})
	})
	came = slices.DeleteFunc(slices.Clone(came), func(m world.ModeResult) bool {
		return slices.ContainsFunc(same, func(s world.ModeResult) bool { return s.Policy.Mode() == m.Policy.Mode() })
	})
	for _, g := range grouped(len(came), func(m int) string { return comparedText(came[m].Verdicts[i], Style{}) }) {
		fmt.Fprintf(w, "  %s\n%s", st.Bold(strings.Join(names(came, g), ", ")), comparedText(came[g[0]].Verdicts[i], st))
	}
	if len(same) > 0 {
		var all []string
		for _, m := range same {
			all = append(all, m.Policy.Mode())
		}
		fmt.Fprintf(w, "  %s\n    as at %s\n", st.Bold(strings.Join(all, ", ")), strings.TrimPrefix(hostHeading(hops[i-1]), "host "))
	}
}

// comparedText writes what one host's verdict rests on: what matched, did not
// match, or failed.
func comparedText(v verify.Verdict, st Style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "    %s%s\n", paintOutcome(v.Outcome, st), strings.TrimPrefix(v.Words(), string(v.Outcome)))
	comparisons(&b, "      ", v, st)
	return b.String()
}

// comparisons writes those checks of a verdict that say something about the
// host: what matched, did not match, or failed.
func comparisons(w io.Writer, indent string, v verify.Verdict, st Style) {
	t := table{indent: indent}
	for _, c := range v.Checks {
		if c.Result == verify.Match || c.Result == verify.NoMatch || c.Result == verify.Failed {
			t.row(paintResult(c.Result, st), checkText(c))
		}
	}
	t.write(w)
}

// testLines tells what a receiver test found, a line each: first the stages
// that failed somewhere. There are none where the scenario claims nothing about
// such a test.
func testLines(r *world.Result, st Style) (lines []string) {
	if r.Check == nil {
		return nil
	}
	for _, h := range r.Check.Hosts {
		for _, s := range h.Stages {
			if s.Result == verify.Failed {
				lines = append(lines, fmt.Sprintf("%s %s at %s", s.Name, st.Bad("FAIL"), strings.TrimPrefix(hostHeading(h.Hop), "host ")))
			}
		}
	}
	if len(lines) == 0 {
		lines = append(lines, "every stage "+st.Good("OK"))
	}
	for _, f := range r.Check.Findings {
		line := paintSeverity(f.Kind.Severity, st) + " " + f.Kind.ID
		if at := findingPlace(f, Style{Stable: true}); at != "" {
			line += ", " + at
		}
		lines = append(lines, line)
	}
	return lines
}

// toDo writes what to change in some worlds, each advice once with the modes
// that it is for: first in general, then in the words of the products at the
// hosts. A delivery that came about as its setting wants needs nothing.
func toDo(w io.Writer, results []*world.Result, st Style) {
	type item struct {
		advice string
		modes  []string
	}
	var list []*item
	var clicks []string
	senders := 0
	for _, r := range results {
		var b strings.Builder
		senders += len(told(r))
		modes := slices.DeleteFunc(slices.Clone(told(r)), func(m world.ModeResult) bool { return m.Delivery.Reason == "" })
		for _, m := range modes {
			advice := Advice(r.Assessment, m.Assessed)
			i := slices.IndexFunc(list, func(it *item) bool { return it.advice == advice })
			if i < 0 {
				i, list = len(list), append(list, &item{advice: advice})
			}
			if mode := m.Policy.Mode(); !slices.Contains(list[i].modes, mode) {
				list[i].modes = append(list[i].modes, mode)
			}
		}
		if productWords(&b, r, modes, st); len(told(r)) == 0 && r.Check != nil {
			for _, h := range r.Check.Hosts {
				remedies(&b, h.Hop.Host, h.Product, r.Check.Remedies(h), st)
			}
		}
		if !slices.Contains(clicks, b.String()) {
			clicks = append(clicks, b.String())
		}
	}
	if senders == 0 && strings.Join(clicks, "") == "" {
		return
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("what to change"))
	if len(list) == 0 && strings.Join(clicks, "") == "" {
		fmt.Fprintf(w, "  nothing: every message went as its setting wants\n")
	}
	for _, it := range list {
		fmt.Fprintf(w, "  %s\n", st.Bold(strings.Join(it.modes, ", ")))
		for _, line := range folded(it.advice, 120) {
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
	io.WriteString(w, strings.Join(clicks, ""))
}
