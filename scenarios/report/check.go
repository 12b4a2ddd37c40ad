package report

import (
	"fmt"
	"io"

	"mxlab/verify"
)

// Check writes what a domain's hosts show to a sender: the lookups, each host
// with its reverse names, its sessions and certificates, and the outcome under
// each mode. The list of checks of one mode is Explain's.
func Check(w io.Writer, a verify.Assessment, st Style) {
	fmt.Fprintf(w, "%s\n", st.Bold("where the mail for "+a.Evidence.Domain+" goes"))
	dns(w, a, st)
	for _, hop := range a.Hops {
		fmt.Fprintf(w, "\n%s\n", st.Bold(hostHeading(hop)))
		reverse(w, a.Evidence, hop, st)
		sessions(w, a.Evidence, hop, st)
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("outcomes"))
	outcomes(w, a, st)
}
