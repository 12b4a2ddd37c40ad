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

// said writes how a host greets, and how it answers EHLO, where the scenario
// has words of its own for that.
func said(w io.Writer, r *world.Result, hop verify.Hop) {
	i := slices.IndexFunc(r.Scenario.Hosts, func(h scenarios.Host) bool { return h.Addr == hop.Addr.Addr() })
	if i < 0 || r.Scenario.Hosts[i].Greeting == "" && r.Scenario.Hosts[i].Hello == "" {
		return
	}
	// It says the same in every session, so one of them will do.
	all := hellos(r.Assessment.Evidence, hop)
	if len(all) == 0 {
		return
	}
	s := r.Assessment.Evidence.Sessions[r.Assessment.Evidence.At(hop).SessionKey(all[0])]
	t := table{indent: "  "}
	for _, text := range s.Greeting.Lines {
		t.row("greeting", printable(text))
	}
	for n, line := range s.Dialogue {
		if n > 0 && s.Dialogue[n-1].Client && strings.HasPrefix(s.Dialogue[n-1].Text, "EHLO ") && !line.TLS {
			t.row("EHLO", printable(line.Text[min(4, len(line.Text)):]))
		}
	}
	t.write(w)
}

// saying writes what a product itself prints, if that is known.
func saying(w io.Writer, indent string, s verify.Saying, st Style) {
	if s.Text == "" {
		return
	}
	word := "said"
	if !s.Certainty.Solid() {
		word += " " + st.Doubt("("+s.Certainty.String()+")")
	}
	fmt.Fprintf(w, "%s%s: %s\n", indent, word, printable(s.Text))
}
