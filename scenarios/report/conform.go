package report

import (
	"fmt"
	"io"
	"strings"

	"mxlab/scenarios/conform"
)

// Conformed tells of one scenario what a running sender did under each mode.
func Conformed(w io.Writer, cells []conform.Cell) {
	if len(cells) == 0 {
		return
	}
	fmt.Fprintln(w, cells[0].Scenario)
	t := table{indent: "  "}
	for _, c := range cells {
		t.row(c.Mode, string(c.Verdict), theirs(c), c.Why)
		for _, d := range c.Differ {
			t.row("", "", d)
		}
		for _, line := range c.Trial.Said {
			t.row("", "", "", "| "+printable(line))
		}
	}
	t.write(w)
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
		words = append(words, fmt.Sprintf("at %v %s", s.Host, how))
	}
	return strings.Join(words, " ")
}
