package report

import (
	"fmt"
	"io"

	"mxlab/verify/finding"
)

// findings writes what a receiver test found, the gravest first: each kind once,
// with the hosts at which it was found and what to do about it.
func findings(w io.Writer, all []finding.Finding, st Style) {
	fmt.Fprintf(w, "\n%s\n", st.Bold("findings"))
	if len(all) == 0 {
		fmt.Fprintf(w, "  %s\n", st.Good("none"))
		return
	}
	for _, g := range grouped(len(all), func(i int) string { return all[i].Kind.ID }) {
		k := all[g[0]].Kind
		fmt.Fprintf(w, "  %s  %s: %s\n", paintSeverity(k.Severity, st), k.ID, k.Text)
		for _, i := range g {
			if line := findingPlace(all[i], st); line != "" {
				fmt.Fprintf(w, "      %s\n", line)
			}
		}
		fmt.Fprintf(w, "      %s\n", st.Dim(k.Cure))
	}
}

// findingPlace tells where something was found, and what exactly.
func findingPlace(f finding.Finding, st Style) string {
	text := f.Host
	if f.Addr.IsValid() && f.Addr.String() != f.Host {
		text += " " + f.Addr.String()
	}
	more := f.Detail
	if f.Moment != "" && !st.Stable {
		if more != "" {
			more += ", "
		}
		more += f.Moment
	}
	if text != "" && more != "" {
		text += ": "
	}
	return printable(text + more)
}

func paintSeverity(s finding.Severity, st Style) string {
	text := fmt.Sprintf("%-6s", s)
	switch s {
	case finding.High:
		return st.Bad(text)
	case finding.Medium:
		return st.Doubt(text)
	}
	return st.Dim(text)
}
