package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/esa"
)

// Matrix writes the scenarios of a run, one a line, and under each mode the
// outcome. A question mark behind it says that it rests on a rule that no
// document states, an exclamation mark that a claim about it does not hold or
// that its accounts disagree. With words, each scenario is followed by what its
// modes came to in full, those with options too.
func Matrix(w io.Writer, r Run, words bool, st Style) {
	var t table
	for _, line := range header(r.Modes) {
		for i := range line {
			line[i] = st.Bold(line[i])
		}
		t.row(line...)
	}
	var doubtful, wrong bool
	var below [][]byte // what stands under each row
	for _, s := range r.Results {
		row := []string{s.Scenario.Name}
		for _, p := range s.Scenario.Policies(r.Modes) {
			cell := ""
			if i := slices.IndexFunc(s.Modes, func(m world.ModeResult) bool { return m.Policy.Mode() == p.Mode() }); i >= 0 {
				m := s.Modes[i]
				cell = paintOutcome(m.Delivery.Outcome, st)
				if !m.Delivery.Certainty.Solid() {
					doubtful = true
					cell += st.Doubt("?")
				}
				if bad(m) {
					wrong = true
					cell += st.Bad("!")
				}
			}
			row = append(row, cell)
		}
		t.row(row...)
		if words {
			below = append(below, modeLines(s, st))
		}
	}
	writeRows(w, t, len(t.rows)-len(r.Results), below)
	if doubtful {
		fmt.Fprintf(w, "%s  rests on a rule that no document states; explain says which\n", st.Doubt("?"))
	}
	if wrong {
		fmt.Fprintf(w, "%s  not as claimed, or not as judged\n", st.Bad("!"))
	}
}

func bad(m world.ModeResult) bool { return m.Disagreement() != "" || len(m.Broken()) > 0 }

// writeRows writes a table with text below its rows behind the header.
func writeRows(w io.Writer, t table, header int, below [][]byte) {
	var b strings.Builder
	t.write(&b)
	for i, line := range strings.SplitAfter(b.String(), "\n") {
		io.WriteString(w, line)
		if n := i - header; n >= 0 && n < len(below) {
			w.Write(below[n])
		}
	}
}

// modeLines writes what each mode of a scenario came to, in the words of a
// claim.
func modeLines(s Ran, st Style) []byte {
	var b strings.Builder
	t := table{indent: "    "}
	for _, m := range s.Modes {
		t.row(st.Dim(m.Policy.Mode()), deliveryText(m.Delivery, st))
	}
	t.write(&b)
	return []byte(b.String())
}

// deliveryText gives a delivery in the words of a claim, and what it rests on
// where that is not solid.
func deliveryText(d verify.Delivery, st Style) string {
	text := paintOutcome(d.Outcome, st) + strings.TrimPrefix(d.Words(), string(d.Outcome))
	if !d.Certainty.Solid() {
		text += " " + st.Doubt("?"+d.Certainty.String())
	}
	return text
}

// header gives the lines above the columns: each mode's short name, then its
// words, broken so that the column stays narrow.
func header(modes []verify.Policy) [][]string {
	lines := [][]string{{""}}
	for i, p := range modes {
		for n, part := range columnHead(p) {
			for n >= len(lines) {
				lines = append(lines, []string{""})
			}
			for len(lines[n]) <= i {
				lines[n] = append(lines[n], "")
			}
			lines[n] = append(lines[n], part)
		}
	}
	return lines
}

// columnHead breaks a mode into lines: "esa/4", "preferred-", "verify".
func columnHead(p verify.Policy) []string {
	mode, options, _ := strings.Cut(p.Mode(), " ")
	product, setting, _ := strings.Cut(mode, "/")
	first := product
	if e, ok := p.(esa.Policy); ok {
		first = fmt.Sprintf("%s/%d", product, e.Setting().Number)
	}
	head := []string{first}
	for _, word := range append([]string{setting}, strings.Fields(options)...) {
		head = append(head, wrapped(word)...)
	}
	return head
}

// wrapped breaks a word behind its hyphens and equal signs into pieces that fit
// a column.
func wrapped(word string) []string {
	const narrow = 12
	var lines []string
	line := ""
	for word != "" {
		n := strings.IndexAny(word, "-=") + 1
		if n == 0 {
			n = len(word)
		}
		if line != "" && len(line)+n > narrow {
			lines, line = append(lines, line), ""
		}
		line, word = line+word[:n], word[n:]
	}
	return append(lines, line)
}
