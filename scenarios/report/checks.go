package report

import (
	"io"
	"slices"
	"strings"

	"mxlab/verify"
)

// Checks writes the checks of a verdict, one a line: the result, the rule, what
// was compared with what, and why. The last line names the rules that decided,
// but for the comparisons above that came to nothing. A rule on which the
// outcome rests is marked if no document states it.
func Checks(w io.Writer, indent string, v verify.Verdict, st Style) {
	t := table{indent: indent}
	for _, c := range v.Checks {
		id := st.Dim(c.Rule.ID)
		if slices.Contains(v.Decided, c.Rule) || c.Rule == v.Portal {
			id = marked(c.Rule, st)
		}
		t.row(paintResult(c.Result, st), id, checkText(c))
	}
	t.write(w)
	var decided []string
	for _, r := range v.Decided {
		vain := slices.ContainsFunc(v.Checks, func(c verify.Check) bool {
			return c.Rule == r && (c.Result == verify.NoMatch || c.Result == verify.Skipped)
		})
		matched := slices.ContainsFunc(v.Checks, func(c verify.Check) bool { return c.Rule == r && c.Result == verify.Match })
		if text := marked(r, st); (!vain || matched) && !slices.Contains(decided, text) {
			decided = append(decided, text)
		}
	}
	if len(decided) == 0 {
		for _, r := range v.Decided {
			decided = append(decided, marked(r, st))
		}
	}
	io.WriteString(w, indent+"decided by "+strings.Join(decided, ", ")+"\n")
}

// marked is a rule's name with the mark of its certainty.
func marked(r *verify.Rule, st Style) string {
	if mark := doubtful(r.Certainty); mark != "" {
		return st.Dim(r.ID) + " " + st.Doubt(mark)
	}
	return st.Dim(r.ID)
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
