package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// Story tells what one file tells, as a report of the incident would: phase
// after phase, and in each from every view, what could be seen, what became of
// the messages of the modes of which the file claims something, what listeners
// and a receiver test made of it, and what to change then. What is as it was in
// the phase before, or as others see it, is not told again. One world is told
// more closely, with what was compared at each host.
//
// The results are worlds of one story, in its order. Explain tells all modes and
// every check.
func Story(w io.Writer, results []*world.Result, st Style) {
	if len(results) == 1 {
		brief(w, results[0], st)
		return
	}
	title := *results[0].Scenario
	title.Name, title.Phase, title.View, title.At = title.Story().Name, "", "", 0
	introduction(w, &title, st)
	before := map[string]*world.Result{} // seen from each view
	for rest := results; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Scenario.Phase == rest[0].Scenario.Phase {
			n++
		}
		now := rest[:n]
		rest = rest[n:]
		fmt.Fprintf(w, "\n\n%s\n", st.Bold(phaseHeading(now[0].Scenario)))
		var news []*world.Result
		for _, r := range now {
			view := r.Scenario.View
			if view != "" {
				fmt.Fprintf(w, "\n%s\n", st.Bold("seen from "+view))
			}
			if unchanged(r, before[view]) {
				fmt.Fprintf(w, "  as before\n")
				continue
			}
			sight(w, r, before[view], now[0], st)
			news = append(news, r)
		}
		for _, r := range now {
			before[r.Scenario.View] = r
		}
		if len(news) > 0 {
			toDo(w, news, st)
		}
	}
	untold(w, results, st)
}

// phaseHeading names a phase, and when it is.
func phaseHeading(s *scenarios.Scenario) string {
	one := *s
	if one.View = ""; one.Phase == "" {
		return "at first"
	}
	return moment(&one)
}

// unchanged reports whether a world looks as it did in the phase before.
func unchanged(r, before *world.Result) bool {
	return before != nil && slices.Equal(facts(r, Style{}), facts(before, Style{})) && slices.EqualFunc(ends(r, Style{}), ends(before, Style{}), slices.Equal)
}

// sight tells of a world: which facts are neither those of the phase before nor
// those that others see in this one, then what became of the messages.
func sight(w io.Writer, r, before, others *world.Result, st Style) {
	var known []string
	if before != nil {
		known = facts(before, Style{})
	}
	if others != r {
		known = append(known, facts(others, Style{})...)
	}
	plain := facts(r, Style{})
	for i, f := range facts(r, st) {
		if !slices.Contains(known, plain[i]) {
			io.WriteString(w, f)
		}
	}
	t := table{indent: "  "}
	for _, e := range ends(r, st) {
		t.row(e...)
		if before == nil {
			continue
		}
		if was := endOf(before, e[1]); was != "" && was != endOf(r, e[1]) {
			t.row("", "", st.Dim("before: "+was))
		}
	}
	t.write(w)
	var later strings.Builder
	queues(&later, told(r), comparisons, st)
	io.WriteString(w, strings.TrimPrefix(later.String(), "\n"))
}

// facts gives what a sender of the story sees in a world: the routes and the
// lookups, what was fetched, then each host with its sessions and certificates; what is written of
// each.
func facts(r *world.Result, st Style) (all []string) {
	ev := r.Assessment.Evidence
	var b strings.Builder
	routes(&b, ev)
	dns(&b, r.Assessment, st)
	all = append(all, strings.SplitAfter(b.String(), "\n")...)
	b.Reset()
	fetchedRows(&b, ev, st)
	all = append(all, strings.SplitAfter(b.String(), "\n")...)
	modes := claimed(r, r.Scenario.Story().Worlds) // so that every view has the same sessions
	for i, hop := range r.Assessment.Hops {
		b.Reset()
		came := slices.DeleteFunc(slices.Clone(modes), func(m world.ModeResult) bool { return m.Delivery.Tried <= i })
		sessions(&b, ev, hop, hellosOf(ev, hop, came), st)
		if b.Len() > 0 {
			all = append(all, "  "+st.Bold(hostHeading(hop))+"\n"+indented(b.String()))
		}
	}
	return all
}

// indented moves lines to the right.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// ends gives what became of the messages to a world and of those from its
// sender, and what a receiver test says: who, under which mode, what.
func ends(r *world.Result, st Style) (rows [][]string) {
	for i, m := range told(r) {
		word := ""
		if i == 0 {
			word = "sender"
		}
		rows = append(rows, []string{word, m.Policy.Mode(), deliveryText(m.Delivery, st)})
		if n := m.Delivery.Tried; n > 0 && n <= len(m.Verdicts) {
			var b strings.Builder
			if saying(&b, "", m.Verdicts[n-1].Said, st); b.Len() > 0 {
				rows = append(rows, []string{"", "", strings.TrimSuffix(b.String(), "\n")})
			}
		}
	}
	for _, got := range r.Received {
		rows = append(rows, []string{"listener", got.Mode, receptionText(got.Reception, st)})
	}
	for i, line := range testLines(r, st) {
		word := "receiver test"
		if i > 0 {
			word = ""
		}
		rows = append(rows, []string{word, line})
	}
	return rows
}

// endOf gives what became of a message under a mode; empty if the mode was not
// run.
func endOf(r *world.Result, mode string) string {
	for _, m := range r.Modes {
		if m.Policy.Mode() == mode {
			return m.Delivery.Words()
		}
	}
	return ""
}
