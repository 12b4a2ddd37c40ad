package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios/check"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// Check writes a receiver test: the lookups, each host with its reverse names,
// its sessions and certificates, the matrix of stages, what was found, and the
// outcome under each mode. The list of checks of one mode is Explain's. verbose
// adds every line of the session by which a host is judged. With Style.Stable it
// leaves out what the next run may tell otherwise.
func Check(w io.Writer, r *check.Report, verbose bool, st Style) {
	a := r.Assessment
	fmt.Fprintf(w, "%s\n", st.Bold("where the mail for "+a.Evidence.Domain+" goes"))
	dns(w, a, st)
	for _, hop := range a.Hops {
		fmt.Fprintf(w, "\n%s\n", st.Bold(hostHeading(hop)))
		reverse(w, a.Evidence, hop, st)
		tested(w, a.Evidence, hop, st)
		cipher(w, a.Evidence, hop, st)
		if s := finding.Session(a.Evidence.At(hop)); verbose && s != nil {
			lines(w, a.Evidence, s, st)
		}
	}
	if len(r.Averages()) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.Bold("stages"))
		stages(w, r, st)
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("findings"))
	findings(w, r.Findings, st)
	toChange(w, r, st)
	fmt.Fprintf(w, "\n%s\n", st.Bold("who could mail this domain"))
	if !r.Whole {
		fmt.Fprintf(w, "  %s\n", st.Bad("not known: the test did not come to its end"))
		return
	}
	outcomes(w, a, st)
}

// tested writes what each session with a host showed, in a line, and the
// certificates where they are others than in the sessions above.
func tested(w io.Writer, ev verify.Evidence, hop verify.Hop, st Style) {
	t := table{indent: "  "}
	var chains [][][]byte
	for _, h := range hellos(ev, hop) {
		s := ev.Sessions[ev.At(hop).SessionKey(h)]
		t.row("session", helloText(h)+": "+strings.Join(steps(s, h, st), ", "))
		if s.TLS == nil || slices.ContainsFunc(chains, func(c [][]byte) bool { return slices.EqualFunc(c, s.TLS.Chain, bytes.Equal) }) {
			continue
		}
		chains = append(chains, s.TLS.Chain)
		certificates(&t, ev, s, st)
	}
	t.write(w)
}
