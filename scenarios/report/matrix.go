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

// Matrix writes the scenarios of a run, one a line, and under each mode the
// outcome. A question mark behind it says that it rests on a rule that no
// document states, an exclamation mark that a claim about it does not hold or
// that its accounts disagree. With words, each scenario is followed by what its
// modes came to in full, those with options too.
func Matrix(w io.Writer, r Run, words bool, st Style) {
	var list []*scenarios.Scenario
	for _, s := range r.Results {
		list = append(list, s.Scenario)
	}
	rows := NewRows(w, list, r.Modes, words, st)
	for _, s := range r.Results {
		rows.Add(s)
	}
	rows.End()
}

// Rows write a matrix row by row, so that the first results can be read while
// the last ones are still to come.
type Rows struct {
	w               io.Writer
	modes           []verify.Policy
	words           bool
	st              Style
	letters         int                            // of an outcome, where the columns are numbered; 0 where all is written in full
	names           map[*scenarios.Scenario]string // as the rows have them
	above           map[*scenarios.Scenario]string // lines above rows
	width           []int                          // of each column, with the gap behind it
	head            [][]string                     // until it is written
	doubtful, wrong bool
}

// NewRows begins a matrix of these scenarios.
func NewRows(w io.Writer, list []*scenarios.Scenario, modes []verify.Policy, words bool, st Style) *Rows {
	m := &Rows{w: w, modes: modes, words: words, st: st, width: make([]int, 1+len(modes)), names: map[*scenarios.Scenario]string{}, above: map[*scenarios.Scenario]string{}}
	for _, s := range list {
		m.names[s] = s.Name
		m.width[0] = max(m.width[0], visible(s.Name)+2)
	}
	if m.letters = letters(m.width[0], len(modes)); m.letters == 1 {
		m.shorten(list)
	}
	m.head = header(modes)
	if m.letters > 0 {
		m.head = numbers(modes)
	}
	for i := range modes {
		for _, o := range verify.Outcomes() {
			m.width[i+1] = max(m.width[i+1], len(m.word(o))+len("?"))
		}
		if m.letters == 0 {
			for _, line := range m.head {
				if i+1 < len(line) {
					m.width[i+1] = max(m.width[i+1], len(line[i+1]))
				}
			}
			m.width[i+1] += 2
		}
		if m.letters == 3 {
			m.width[i+1]++
		}
	}
	if m.letters > 0 {
		m.apart()
	}
	return m
}

// begin writes what stands above the columns, once.
func (m *Rows) begin() {
	if m.head != nil && m.letters > 0 {
		m.legend()
		m.products()
	}
	for _, line := range m.head {
		for i := range line {
			line[i] = m.st.Bold(line[i])
		}
		m.row(line)
	}
	m.head = nil
}

// Add writes the row of a scenario.
func (m *Rows) Add(s Ran) {
	m.begin()
	if story, ok := m.above[s.Scenario]; ok {
		fmt.Fprintln(m.w, story)
	}
	row := []string{m.names[s.Scenario]}
	for _, p := range s.Scenario.Policies(m.modes) {
		cell := ""
		if i := slices.IndexFunc(s.Modes, func(r world.ModeResult) bool { return r.Policy.Mode() == p.Mode() }); i >= 0 {
			r := s.Modes[i]
			cell = paint(r.Delivery.Outcome, m.word(r.Delivery.Outcome), m.st)
			doubtful, wrong := !r.Delivery.Certainty.Solid(), bad(r)
			m.doubtful, m.wrong = m.doubtful || doubtful, m.wrong || wrong
			if doubtful && !(wrong && m.letters == 1) {
				cell += m.st.Doubt("?")
			}
			if wrong {
				cell += m.st.Bad("!")
			}
		}
		row = append(row, cell)
	}
	m.row(row)
	if m.words {
		m.w.Write(modeLines(s, m.st))
	}
}

// End writes what the marks mean, if there were any.
func (m *Rows) End() {
	m.begin()
	if m.doubtful {
		fmt.Fprintf(m.w, "%s  rests on a rule that no document states; explain says which\n", m.st.Doubt("?"))
	}
	if m.wrong {
		fmt.Fprintf(m.w, "%s  not as claimed, or not as judged\n", m.st.Bad("!"))
	}
}

// row writes one line in columns. A mark more than there is room for takes it
// from the gap.
func (m *Rows) row(cells []string) {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(c)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", max(0, m.width[i]-visible(c))))
		}
	}
	fmt.Fprintln(m.w, strings.TrimRight(b.String(), " "))
}

// word is how an outcome is written in a column.
func (m *Rows) word(o verify.Outcome) string {
	if m.letters > 0 {
		return short(o, m.letters)
	}
	return string(o)
}

func bad(m world.ModeResult) bool { return m.Disagreement() != "" || len(m.Broken()) > 0 }

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
	if alias := aliasOf(product, setting); alias != "" {
		first = product + "/" + alias
	}
	head := []string{first}
	for _, word := range append([]string{setting}, strings.Fields(options)...) {
		head = append(head, wrapped(word)...)
	}
	return head
}

// aliasOf gives the short name of a setting; empty if it has none.
func aliasOf(product, setting string) string {
	for _, p := range scenarios.Products() {
		for _, s := range p.Settings {
			if p.Name == product && s.Name == setting {
				return s.Alias
			}
		}
	}
	return ""
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
