package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
)

// An Error is one mistake in a scenario file.
type Error struct {
	File   string // as given to Parse
	Line   int    // from 1
	Col    int    // from 1, in characters
	Source string // that line of the file, as written
	Msg    string // what is wrong and what to write instead
}

// Error gives the place and the message, then the line with a caret under the
// column.
func (e *Error) Error() string {
	before, from := excerpt(e.Source, e.Col)
	return fmt.Sprintf("%s:%d:%d: %s\n    %s%s\n    %s^", e.File, e.Line, e.Col, e.Msg, before, from, blank(before))
}

// Errors are all mistakes of a file, or of several, in the order of the files
// and lines. It is never empty when returned as an error.
type Errors []*Error

// Error gives one message after the other, each on lines of its own.
func (es Errors) Error() string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives the single mistakes to errors.As and errors.Is.
func (es Errors) Unwrap() []error {
	list := make([]error, len(es))
	for i, e := range es {
		list[i] = e
	}
	return list
}

// most is how many mistakes of a file are told; nobody corrects more at once,
// and a file of nothing but mistakes must not grow into a flood.
const most = 20

// tidy sorts the mistakes by their place and cuts the list at most.
func (es Errors) tidy() Errors {
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	if len(es) <= most {
		return es
	}
	rest := *es[most]
	rest.Msg = "from here on there are more mistakes, which are not told; correct those above first"
	return append(es[:most:most], &rest)
}

// A SyntaxError tells what is wrong with a mode, a claim, a route, a line of
// scenery or a line under web:.
type SyntaxError struct {
	Offset int    // in bytes, from the start of the text that was parsed
	Msg    string // what is wrong and what to write instead
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Msg) }

func wrong(offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{offset, fmt.Sprintf(format, args...)}
}

// place gives the offset and the message of a syntax error of any of the
// grammars. Another error has offset 0 and its own text.
func place(err error) (int, string) {
	var (
		own  *SyntaxError
		zone *fakedns.SyntaxError
		cert *pki.SyntaxError
		host *fakemx.SyntaxError
	)
	switch {
	case errors.As(err, &own):
		return own.Offset, own.Msg
	case errors.As(err, &zone):
		return zone.Offset, zone.Msg
	case errors.As(err, &cert):
		return cert.Offset, cert.Msg
	case errors.As(err, &host):
		return host.Offset, host.Msg
	}
	return 0, err.Error()
}

// width is how much of a long line is shown on each side of the column.
const width = 60

// excerpt gives the part of a line that is worth showing, cut in two at the
// column, fit for a terminal.
func excerpt(line string, col int) (before, from string) {
	runes := []rune(line)
	at := min(max(col-1, 0), len(runes))
	before, from = printable(runes[max(0, at-width):at]), printable(runes[at:min(len(runes), at+width)])
	if at > width {
		before = "..." + before
	}
	if len(runes) > at+width {
		from += "..."
	}
	return before, from
}

func printable(runes []rune) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, string(runes))
}

// blank gives white space as wide as s.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, s)
}
