package report

import (
	"fmt"
	"io"
	"strings"

	"mxlab/verify/finding"
)

// findings writes what a receiver test found, the gravest first: each kind once,
// with the hosts at which it was found and what to do about it.
func findings(w io.Writer, all []finding.Finding, st Style) {
	if len(all) == 0 {
		fmt.Fprintf(w, "  %s\n", st.Good("none"))
		return
	}
	for _, g := range grouped(len(all), func(i int) string { return all[i].Kind.ID }) {
		k := all[g[0]].Kind
		fmt.Fprintf(w, "  %s%s  %s: %s\n", paintSeverity(k.Severity, st), strings.Repeat(" ", len("medium")-len(k.Severity.String())), k.ID, k.Text)
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
	text := s.String()
	switch s {
	case finding.High:
		return st.Bad(text)
	case finding.Medium:
		return st.Doubt(text)
	}
	return st.Dim(text)
}

// found lists findings in a line each, without the words that are the same for
// all of a kind.
func found(w io.Writer, all []finding.Finding, indent string, st Style) {
	if len(all) == 0 {
		fmt.Fprintf(w, "%sno finding\n", indent)
	}
	t := table{indent: indent}
	for _, f := range all {
		t.row(paintSeverity(f.Kind.Severity, st), f.Kind.ID, findingPlace(f, st))
	}
	t.write(w)
}
