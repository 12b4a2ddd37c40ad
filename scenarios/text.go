package scenarios

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxSize is the most that a scenario file may have, in octets. Incidents are
// told in some hundred lines; this is room for a very large zone.
const maxSize = 1 << 20

// A text is the file as lines, and the mistakes that were found in it.
type text struct {
	file  string
	src   []byte
	lines []string // without their line ends
	errs  Errors

	told    map[Error]bool       // a mistake of several worlds is told once
	foreign map[*yaml.Node]*text // the nodes of fragments, which stand in other files
	used    *yaml.Node           // of a fragment: where the file names it
	change  bool                 // it is that of a change
}

// of gives the text that a node stands in.
func (t *text) of(n *yaml.Node) *text {
	if f := t.foreign[n]; f != nil {
		return f
	}
	return t
}

// newText takes the octets of a file. Octets that YAML cannot read, or takes
// for a line end where an editor shows none, are mistakes.
func newText(file string, src []byte) *text {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	t := &text{file: file, src: src}
	if len(src) > maxSize {
		t.src = nil
		t.add(1, 1, "the file has %d octets; a scenario may have %d: cut the zone down to what the incident needs", len(src), maxSize)
		return t
	}
	t.lines = strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	for i, line := range t.lines {
		col := 0
		for at, r := range line {
			col++
			if msg := foreign(line[at:], r); msg != "" {
				t.add(i+1, col, "%s", msg)
				break
			}
		}
	}
	return t
}

// foreign says why a character may not stand in a scenario, or nothing.
func foreign(rest string, r rune) string {
	switch {
	case r == utf8.RuneError && !strings.HasPrefix(rest, "\ufffd"):
		return fmt.Sprintf("the octet 0x%02x is not UTF-8; save the file as UTF-8", rest[0])
	case r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return fmt.Sprintf("the character U+%04X ends a line in YAML, but an editor may not show it; end lines with a line feed", r)
	case r == 0xfeff || r != '\t' && r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff:
		return fmt.Sprintf("the character U+%04X cannot be seen; delete it", r)
	}
	return ""
}

// add notes a mistake at a line and a column, both from 1.
func (t *text) add(line, col int, format string, args ...any) {
	line = min(max(line, 1), max(len(t.lines), 1))
	e := Error{File: t.file, Line: line, Col: max(col, 1), Source: t.line(line), Msg: fmt.Sprintf(format, args...)}
	if t.told == nil {
		t.told = map[Error]bool{}
	}
	if !t.told[e] {
		t.told[e] = true
		t.errs = append(t.errs, &e)
	}
}

// at notes a mistake at an offset of a node's value.
func (t *text) at(n *yaml.Node, offset int, format string, args ...any) {
	line, col := t.position(n, offset)
	home := t.of(n)
	if home != t && home.change {
		home.add(line, col, format, args...)
		return
	}
	if home.used != nil {
		format, args = "in the fragment %s, line %d: %s", []any{home.file, line, fmt.Sprintf(format, args...)}
		line, col = t.position(home.used, 0)
	}
	t.add(line, col, format, args...)
}

// line gives a line by its number, from 1; "" if there is none.
func (t *text) line(n int) string {
	if n < 1 || n > len(t.lines) {
		return ""
	}
	return t.lines[n-1]
}

// tail gives the line of a node from the node on.
func (t *text) tail(n *yaml.Node) string {
	line := t.of(n).line(n.Line)
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// position gives the line and the column, in characters, of an offset of a
// scalar's value. Where the value does not stand in the file as it is, because
// YAML folded its lines, it gives the start of the scalar.
func (t *text) position(n *yaml.Node, offset int) (line, col int) {
	offset = min(max(offset, 0), len(n.Value))
	tail := t.tail(n)
	switch {
	case n.Kind != yaml.ScalarNode:
	case n.Style&yaml.LiteralStyle != 0:
		return t.inBlock(n, offset)
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		if src, ok := inQuotes(tail, offset); ok {
			return n.Line, n.Column + utf8.RuneCountInString(tail[:src])
		}
	case strings.HasPrefix(tail, n.Value):
		return n.Line, n.Column + utf8.RuneCountInString(tail[:offset])
	}
	return n.Line, n.Column
}

// inBlock finds an offset in a literal block: each line of the value is a line
// of the file, less the indentation.
func (t *text) inBlock(n *yaml.Node, offset int) (line, col int) {
	if offset > 0 && offset == len(n.Value) && n.Value[offset-1] == '\n' {
		offset-- // the end of the text, not the start of a line behind it
	}
	row := strings.Count(n.Value[:offset], "\n")
	start := strings.LastIndexByte(n.Value[:offset], '\n') + 1
	value, _, _ := strings.Cut(n.Value[start:], "\n")
	line = n.Line + 1 + row
	written := t.of(n).line(line)
	if !strings.HasSuffix(written, value) {
		return n.Line, n.Column
	}
	return line, 1 + utf8.RuneCountInString(written[:len(written)-len(value)+offset-start])
}

// inQuotes finds an offset of a quoted scalar's value in what was written,
// which begins with the quotation mark. It fails where the scalar goes on
// beyond the line.
func inQuotes(written string, offset int) (int, bool) {
	if written == "" {
		return 0, false
	}
	quote := written[0]
	for at, n := 1, 0; at < len(written); {
		from, octets := 1, 1
		switch {
		case quote == '\'' && strings.HasPrefix(written[at:], "''"):
			from = 2
		case quote == '"' && written[at] == '\\' && at+1 < len(written):
			from, octets = escape(written[at:])
		case written[at] == quote:
			return at, n == offset
		}
		if n+octets > offset {
			return at, true
		}
		at, n = at+from, n+octets
	}
	return 0, false
}

// escape gives the length of the escape sequence that s begins with, and of
// what it stands for (YAML 1.2 section 5.7).
func escape(s string) (from, octets int) {
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	if len(s) < 2+digits {
		return len(s), 0
	}
	if digits == 0 {
		switch s[1] {
		case 'N', '_':
			return 2, 2
		case 'L', 'P':
			return 2, 3
		}
		return 2, 1
	}
	var r rune
	fmt.Sscanf(s[2:2+digits], "%x", &r)
	return 2 + digits, len(string(r))
}
