package report

import (
	"fmt"
	"io"
	"strings"

	"mxlab/scenarios/serve"
)

// Served writes where a world that is served stands: every name, address and
// port, the DNS server, and the file with the authorities.
func Served(w io.Writer, t serve.Table, st Style) {
	fmt.Fprintf(w, "%s: mail for %s\n", st.Bold(t.Scenario), t.Domain)
	out := table{indent: "  "}
	out.row("DNS", t.DNS)
	out.row("roots", t.Roots)
	out.write(w)
	fmt.Fprintf(w, "\n%s\n", st.Bold("hosts"))
	out = table{indent: "  "}
	for _, p := range t.Ports {
		at := p.At
		if at == "" {
			at = st.Dim("refused")
		}
		out.row(p.Address.String(), at, strings.Join(p.Names, ", "), st.Dim(p.Host))
	}
	out.write(w)
}
