package report

import (
	"fmt"
	"mxlab/scenarios"
	"strings"

	"mxlab/verify"
)

// crowded is how many modes a matrix has, at most, while its columns have their
// names in full. With more the columns are numbered, and outcomes shortened.
const crowded = 8

// letters is how many letters an outcome has in a matrix behind a column of names:
// none where all is written in full, three, or one where the terminal would be too
// narrow for three.
func letters(names, modes int) int {
	const three, terminal = len("ver? "), 120
	switch {
	case modes <= crowded:
		return 0
	case names+modes*three <= terminal:
		return 3
	}
	return 1
}

// short is an outcome in three letters, "ver", "def", or in one: "v", "d". The
// letter of diverted is that of the portal.
func short(o verify.Outcome, letters int) string {
	if o == verify.Diverted && letters == 1 {
		return "p"
	}
	return string(o)[:min(letters, len(o))]
}

// A group is the columns of modes of one product that stand beside each other.
type group struct {
	product  string
	from, to int
}

func groups(modes []verify.Policy) (all []group) {
	for i, p := range modes {
		product, _, _ := strings.Cut(p.Mode(), "/")
		if i == 0 || all[len(all)-1].product != product {
			all = append(all, group{product: product, from: i})
		}
		all[len(all)-1].to = i + 1
	}
	return all
}

// numbers gives the line above crowded columns: those of each product are counted
// in the order of its menu.
func numbers(modes []verify.Policy) [][]string {
	counts := []string{""}
	for _, g := range groups(modes) {
		for i := range g.to - g.from {
			counts = append(counts, fmt.Sprint(i+1))
		}
	}
	return [][]string{counts}
}

// products writes the line above the numbers.
func (m *Rows) products() {
	line := strings.Repeat(" ", m.width[0])
	for _, g := range groups(m.modes) {
		line += m.st.Bold(g.product) + strings.Repeat(" ", m.wide(g)-len(g.product))
	}
	fmt.Fprintln(m.w, strings.TrimRight(line, " "))
}

// wide is the width of a group's columns together.
func (m *Rows) wide(g group) (width int) {
	for _, w := range m.width[1+g.from : 1+g.to] {
		width += w
	}
	return width
}

// apart makes a gap behind the last column of each product, wide enough for the
// product's name above.
func (m *Rows) apart() {
	for _, g := range groups(m.modes) {
		m.width[g.to] += max(1, len(g.product)+1-m.wide(g))
	}
}

// shorten leaves out of a name that of its story, where there is one with several
// worlds; it stands above them, if it is not the name of the first.
func (m *Rows) shorten(list []*scenarios.Scenario) {
	m.width[0] = 0
	for i, s := range list {
		if t := s.Story(); t != nil && len(t.Worlds) > 1 && s.Name != t.Name {
			m.names[s] = "  " + strings.TrimPrefix(s.Name, t.Name)
			if i == 0 || list[i-1].Story() != t {
				m.above[s] = t.Name
			}
		}
		m.width[0] = max(m.width[0], visible(m.names[s])+2)
	}
}

// legend writes what the numbers and the short words of a crowded matrix mean.
// Products have a paragraph each, their settings in the order of the columns.
func (m *Rows) legend() {
	t := table{}
	for _, g := range groups(m.modes) {
		var settings []string
		for i, p := range m.modes[g.from:g.to] {
			_, setting, _ := strings.Cut(p.Mode(), "/")
			settings = append(settings, fmt.Sprintf("%d%s%s", i+1, noBreak, strings.ReplaceAll(setting, " ", noBreak)))
		}
		head := m.st.Bold(g.product)
		for _, line := range folded(strings.Join(settings, ", "), 96) {
			t.row(head, strings.ReplaceAll(line, noBreak, " "))
			head = ""
		}
	}
	var words []string
	for _, o := range verify.Outcomes() {
		words = append(words, short(o, m.letters)+noBreak+string(o))
	}
	t.row(m.st.Dim("outcomes"), m.st.Dim(strings.ReplaceAll(strings.Join(words, ", "), noBreak, " ")))
	t.write(m.w)
	fmt.Fprintln(m.w)
}

// noBreak stands for a blank at which a line is not folded.
const noBreak = "\x00"
