package report

import (
	"fmt"
	"strings"

	"mxlab/verify"
)

// crowded is how many modes a matrix has, at most, while its columns have their
// names in full. With more the columns are numbered, and outcomes shortened.
const crowded = 8

// letters is how many letters an outcome has in a matrix behind names of a width:
// none where all is written in full, three, or one where the terminal would be too
// narrow for three.
func letters(names, modes int) int {
	const three, terminal = len("ver? "), 120
	switch {
	case modes <= crowded:
		return 0
	case names+len("  ")+modes*three <= terminal:
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

// legend writes what the numbers and the short words of a crowded matrix mean.
// Products have a paragraph each, their settings in the order of the columns.
func (m *Rows) legend() {
	var products []string
	settings := map[string][]string{}
	for i, p := range m.modes {
		product, setting, _ := strings.Cut(p.Mode(), "/")
		if settings[product] == nil {
			products = append(products, product)
		}
		settings[product] = append(settings[product], fmt.Sprintf("%d%s%s", i+1, noBreak, strings.ReplaceAll(setting, " ", noBreak)))
	}
	t := table{}
	for _, product := range products {
		head := m.st.Bold(product)
		for _, line := range folded(strings.Join(settings[product], ", "), 96) {
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
