package report

import (
	"io"
	"strings"

	"mxlab/verify"
)

// Checks writes the checks of a verdict, one a line: the result, the rule, what
// was compared with what, and why. The last line names the rules that decided.
func Checks(w io.Writer, indent string, v verify.Verdict, st Style) {
	t := table{indent: indent}
	for _, c := range v.Checks {
		t.row(paintResult(c.Result, st), st.Dim(c.Rule.ID), checkText(c))
	}
	var decided []string
	for _, r := range v.Decided {
		text := r.ID
		if !r.Certainty.Solid() {
			text += " (" + st.Doubt(r.Certainty.String()) + ")"
		}
		if len(decided) == 0 || decided[len(decided)-1] != text {
			decided = append(decided, text)
		}
	}
	t.write(w)
	io.WriteString(w, indent+"decided by   "+strings.Join(decided, ", ")+"\n")
}

func paintResult(r verify.Result, st Style) string {
	switch r {
	case verify.Passed, verify.Match:
		return st.Good(string(r))
	case verify.Failed, verify.NoMatch:
		return st.Bad(string(r))
	}
	return st.Dim(string(r))
}

// checkText says what a check looked at.
func checkText(c verify.Check) string {
	text := printable(c.Subject)
	if c.Kind != "" {
		text = strings.TrimSpace(string(c.Kind) + " " + printable(c.Reference))
	}
	if c.From != "" && len(c.Presented) > 0 {
		presented := list(c.Presented)
		if c.Matched != "" {
			presented = printable(c.Matched)
		}
		text += ", " + string(c.From) + " " + presented
	} else if c.From != "" {
		text += ", " + string(c.From)
	}
	if c.Why != "" {
		text += ": " + c.Why
	}
	return text
}
