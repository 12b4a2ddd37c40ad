package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios/conform"
)

// A Conformance is what a run of conform came to.
type Conformance struct {
	Driver  string
	Version string // of the product
	Cells   []conform.Cell
	Stale   []string // known disagreements that did not occur
}

// Holds reports whether nothing disagrees that is not known, all was found out,
// and what is known still holds.
func (c Conformance) Holds() bool {
	return len(c.Stale) == 0 && !slices.ContainsFunc(c.Cells, func(c conform.Cell) bool { return c.Verdict == conform.Disagree || c.Verdict == conform.Unknown })
}

// Conformed tells of one scenario what a running sender did under each mode.
func Conformed(w io.Writer, cells []conform.Cell) {
	if len(cells) == 0 {
		return
	}
	fmt.Fprintln(w, cells[0].Scenario)
	for _, c := range cells {
		fmt.Fprintf(w, "  %s: %s\n", c.Mode, joined(": ", string(c.Verdict), theirs(c), c.Why))
		evidence(w, c)
	}
}

// evidence tells both sides of a cell.
func evidence(w io.Writer, c conform.Cell) {
	for _, d := range c.Differ {
		fmt.Fprintf(w, "    %s\n", d)
	}
	if c.Ours != nil && c.Verdict != conform.Agree && c.Verdict != conform.NotApt {
		fmt.Fprintf(w, "    the mode: %s\n", printable(c.Ours.Made.Words()))
		for _, v := range c.Ours.Verdicts {
			fmt.Fprintf(w, "      %s: %s\n", orNone(v.Host), printable(v.Words()))
		}
	}
	if len(c.Trial.Said) > 0 {
		fmt.Fprintln(w, "    the sender:")
	}
	for _, line := range c.Trial.Said {
		fmt.Fprintf(w, "      %s\n", printable(line))
	}
}

func orNone(host string) string {
	if host == "" {
		return "no host"
	}
	return host
}

// joined joins what is not empty.
func joined(by string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), by)
}

// theirs tells what the sender did and the hosts saw.
func theirs(c conform.Cell) string {
	words := []string{string(c.Trial.Fate)}
	if c.Trial.Verified == conform.Yes {
		words = append(words, "verified")
	}
	if c.Trial.Reason != "" {
		words = append(words, string(c.Trial.Reason))
	}
	for _, s := range c.Seen {
		how := "in clear text"
		if s.TLS {
			how = "in TLS"
		}
		words = append(words, fmt.Sprintf("to %v %s", s.Host, how))
	}
	return joined(" ", words...)
}

// ConformTable writes how each mode did, and whatever does not hold with the
// evidence of both sides.
func ConformTable(w io.Writer, c Conformance, st Style) {
	t := table{}
	head := []string{"mode"}
	for _, v := range conform.Verdicts() {
		head = append(head, string(v))
	}
	t.row(head...)
	for _, mode := range c.modes() {
		row := []string{mode}
		for _, v := range conform.Verdicts() {
			n := fmt.Sprint(c.count(mode, v))
			switch {
			case n == "0":
				n = st.Dim("-")
			case v == conform.Disagree || v == conform.Unknown:
				n = st.Bad(n)
			}
			row = append(row, n)
		}
		t.row(row...)
	}
	t.write(w)
	for _, x := range c.Cells {
		if x.Verdict != conform.Disagree && x.Verdict != conform.Unknown {
			continue
		}
		fmt.Fprintf(w, "\n%s %s: %s\n", st.Bold(x.Scenario), x.Mode, st.Bad(joined(": ", string(x.Verdict), theirs(x), x.Why)))
		evidence(w, x)
	}
	if len(c.Stale) > 0 {
		fmt.Fprintln(w)
	}
	for _, s := range c.Stale {
		fmt.Fprintln(w, st.Bad(s))
	}
	fmt.Fprintf(w, "\n%s\n", c.Summary())
}

// Summary is the last line: how many of what.
func (c Conformance) Summary() string {
	var parts []string
	for _, v := range conform.Verdicts() {
		if n := c.count("", v); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	if len(c.Stale) > 0 {
		parts = append(parts, fmt.Sprintf("%d listed as known and gone", len(c.Stale)))
	}
	return joined(", ", parts...) + "."
}

// modes are those of the cells, each once.
func (c Conformance) modes() (all []string) {
	for _, x := range c.Cells {
		if !slices.Contains(all, x.Mode) {
			all = append(all, x.Mode)
		}
	}
	return all
}

// count counts cells of a verdict, of one mode unless that is empty.
func (c Conformance) count(mode string, v conform.Verdict) (n int) {
	for _, x := range c.Cells {
		if x.Verdict == v && (mode == "" || x.Mode == mode) {
			n++
		}
	}
	return n
}
