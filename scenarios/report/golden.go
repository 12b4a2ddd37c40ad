package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"mxlab/scenarios/world"
	"mxlab/verify"
)

// Golden gives the golden file of a scenario: the outcomes with the modes that
// share each, the lookups, what was fetched by HTTP, and for each host what its sessions showed and each
// distinct list of checks with the modes that share it; then the later queue
// runs, what listeners make of the sender and the receiver test, where they are
// claimed. Headings stand in column 0. There are no ports
// but the scenario's own, no keys, ciphers, nor dates but relative ones; the
// only durations are those of the world's clock.
func Golden(r *world.Result) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "scenario %s\n", r.Scenario.GoldenName())
	fmt.Fprintf(&b, "\noutcomes\n")
	outcomes(&b, r.Assessment, Style{})
	fmt.Fprintf(&b, "\nlookups\n")
	dns(&b, r.Assessment, Style{})
	fetched(&b, r.Assessment.Evidence, Style{})
	hosts(&b, r, Style{})
	queues(&b, r.Modes, Checks, Style{})
	received(&b, r.Received, Style{})
	if r.Check != nil {
		fmt.Fprintf(&b, "\nreceiver test\n")
		stages(&b, r.Check, Style{Stable: true})
		found(&b, r.Check.Findings, "  ", Style{Stable: true})
	}
	return b.Bytes()
}

// outcomes writes each distinct outcome with its modes.
func outcomes(w io.Writer, a verify.Assessment, st Style) {
	groups := grouped(len(a.Modes), func(i int) string {
		d := a.Modes[i].Delivery
		return d.Words() + doubtful(d.Certainty)
	})
	t := table{indent: "  "}
	for _, g := range groups {
		d := a.Modes[g[0]].Delivery
		text := paintOutcome(d.Outcome, st) + strings.TrimPrefix(d.Words(), string(d.Outcome))
		if mark := doubtful(d.Certainty); mark != "" {
			text += " " + st.Doubt(mark)
		}
		t.row(text, strings.Join(modeNames(a, g), ", "))
	}
	t.write(w)
}

func paintOutcome(o verify.Outcome, st Style) string { return paint(o, string(o), st) }

// paint colours a word for an outcome.
func paint(o verify.Outcome, word string, st Style) string {
	switch o {
	case verify.Verified:
		return st.Good(word)
	case verify.Encrypted:
		return word
	case verify.Cleartext:
		return st.Doubt(word)
	}
	return st.Bad(word)
}

// hosts writes a section for each host.
func hosts(w io.Writer, r *world.Result, st Style) {
	a := r.Assessment
	for i, hop := range a.Hops {
		fmt.Fprintf(w, "\n%s\n", st.Bold(hostHeading(hop)))
		if len(hop.Routes) > 0 {
			fmt.Fprintf(w, "  routes %s\n", strings.Join(hop.Routes, ", "))
		}
		said(w, r, hop)
		sessions(w, a.Evidence, hop, hellos(a.Evidence, hop), st)
		for _, g := range grouped(len(a.Modes), func(m int) string { return verdictKey(a.Modes[m].Verdicts[i]) }) {
			fmt.Fprintf(w, "  %s\n", strings.Join(modeNames(a, g), ", "))
			verdict(w, a.Modes[g[0]].Verdicts[i], st)
		}
	}
}

// verdict writes one host's verdict with its checks.
func verdict(w io.Writer, v verify.Verdict, st Style) {
	fmt.Fprintf(w, "    %s%s\n", paintOutcome(v.Outcome, st), strings.TrimPrefix(v.Words(), string(v.Outcome)))
	saying(w, "      ", v.Said, st)
	Checks(w, "      ", v, st)
}

// grouped sorts indices into groups of equal keys, in the order of the first.
func grouped(n int, key func(int) string) [][]int {
	var groups [][]int
	at := map[string]int{}
	for i := range n {
		k := key(i)
		g, ok := at[k]
		if !ok {
			g = len(groups)
			at[k] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

func modeNames(a verify.Assessment, indices []int) []string {
	var names []string
	for _, i := range indices {
		names = append(names, a.Modes[i].Policy.Mode())
	}
	return names
}
