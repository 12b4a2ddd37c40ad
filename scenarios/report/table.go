package report

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A table aligns rows of text; the last column is free. Colour codes do not
// count in a width.
type table struct {
	indent string
	rows   [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer) {
	var width []int
	for _, r := range t.rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			if i < len(r)-1 {
				width[i] = max(width[i], visible(c))
			}
		}
	}
	var b strings.Builder
	for _, r := range t.rows {
		line := t.indent
		for i, c := range r {
			line += c
			if i < len(r)-1 {
				line += strings.Repeat(" ", width[i]-visible(c)+2)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	io.WriteString(w, b.String())
}

// visible is the width of a text on a terminal, without colour codes.
func visible(s string) int {
	n, escape := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		default:
			n++
		}
	}
	return n
}

// printable makes a text from the wire safe to show: control and format
// characters, and octets that are no text, are written as escapes.
func printable(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 || !unicode.IsPrint(r) {
			for _, octet := range []byte(s[i : i+n]) {
				b.WriteString(`\x` + string("0123456789abcdef"[octet>>4]) + string("0123456789abcdef"[octet&15]))
			}
		} else {
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// list joins names, and cuts a long list short.
func list(names []string) string {
	const most = 8
	shown := make([]string, 0, most)
	for _, n := range names[:min(len(names), most)] {
		shown = append(shown, printable(n))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - most; more > 0 {
		text += ", and " + plural(more, "more", "more")
	}
	return text
}
