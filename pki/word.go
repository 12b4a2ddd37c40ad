package pki

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A SyntaxError tells what is wrong with a certificate line, or with the line of
// a publication.
type SyntaxError struct {
	Offset int    // where, in bytes from the start of the line
	Msg    string // what is wrong, and what to write instead
}

// Error gives the message with its place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg)
}

func wrong(offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{offset, fmt.Sprintf(format, args...)}
}

// A Word is one word of a line, as written.
type Word struct {
	Text   string
	Offset int // of its first byte, in bytes from the start of the line
}

// maxLine bounds a line, in bytes: enough for several hundred names.
const maxLine = 16 << 10

// splitWords cuts a line at its blanks. A blank inside quotes does not cut.
func splitWords(line string) ([]Word, error) {
	if len(line) > maxLine {
		return nil, wrong(maxLine, "the line has %d bytes; write at most %d", len(line), maxLine)
	}
	if err := checkVisible(line); err != nil {
		return nil, err
	}
	var words []Word
	for i := 0; i < len(line); {
		if isBlank(line[i]) {
			i++
			continue
		}
		end, err := wordEnd(line, i)
		if err != nil {
			return nil, err
		}
		words = append(words, Word{line[i:end], i})
		i = end
	}
	return words, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// checkVisible refuses what a reader cannot see: a no-break space would glue
// two words together, and they would look right.
func checkVisible(line string) error {
	for i, r := range line {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\uFFFD"):
			return wrong(i, `byte %#02x is not UTF-8; write it in quotes as \x%02x`, line[i], line[i])
		case r != '\t' && !unicode.IsPrint(r):
			esc := strconv.QuoteRuneToASCII(r)
			return wrong(i, "character %U cannot be seen; write a blank, or %s in quotes", r, strings.Trim(esc, "'"))
		}
	}
	return nil
}

// wordEnd finds the end of the word that starts at i.
func wordEnd(line string, i int) (int, error) {
	start := i
	for i < len(line) && !isBlank(line[i]) {
		if line[i] != '"' {
			i++
			continue
		}
		if first := strings.IndexByte(line[start:i], '='); first < 0 || start+first != i-1 {
			return 0, wrong(i, `a quote opens right after "="; write NAME="...", and \" for a quote inside`)
		}
		end := closingQuote(line, i)
		if end < 0 {
			return 0, wrong(i, "this quote is not closed; write \" at the end of the value")
		}
		if end+1 < len(line) && !isBlank(line[end+1]) {
			return 0, wrong(end+1, `the value ended with the quote; write a blank here, or \" for a quote inside`)
		}
		return end + 1, nil
	}
	return i, nil
}

// closingQuote finds the quote that closes the one at i, or -1.
func closingQuote(line string, i int) int {
	for i++; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// A value is what stands behind the "=" of a word, without quotes and escapes.
type value struct {
	text string
	at   []int // offset in the line of each byte of text, and of its end
}

// part gives the part of v from byte i up to byte j.
func (v value) part(i, j int) value { return value{v.text[i:j], v.at[i : j+1]} }

// offset is the place of v's first byte in the line.
func (v value) offset() int { return v.at[0] }

// list cuts v at its commas.
func (v value) list() []value {
	var parts []value
	start := 0
	for i := 0; i <= len(v.text); i++ {
		if i == len(v.text) || v.text[i] == ',' {
			parts = append(parts, v.part(start, i))
			start = i + 1
		}
	}
	return parts
}

// split gives the name of the word and its value; ok tells whether it has one.
func (w Word) split() (name string, v value, ok bool, err error) {
	name, raw, ok := strings.Cut(w.Text, "=")
	if !ok {
		return name, value{}, false, nil
	}
	offset := w.Offset + len(name) + 1
	if !strings.HasPrefix(raw, `"`) {
		v.text = raw
		for i := range len(raw) + 1 {
			v.at = append(v.at, offset+i)
		}
		return name, v, true, nil
	}
	v, err = unquote(raw[1:len(raw)-1], offset+1)
	return name, v, true, err
}

// unquote resolves the escapes of Go in s, which stands at offset in the line.
func unquote(s string, offset int) (value, error) {
	var text []byte
	var at []int
	for s != "" {
		r, multibyte, tail, err := strconv.UnquoteChar(s, '"')
		if err != nil {
			return value{}, wrong(offset, `this escape is unknown; write \\ for a backslash, \" for a quote, \xNN for a byte, \uNNNN for a character`)
		}
		if multibyte {
			text = utf8.AppendRune(text, r)
		} else {
			text = append(text, byte(r))
		}
		for len(at) < len(text) {
			at = append(at, offset)
		}
		offset += len(s) - len(tail)
		s = tail
	}
	return value{string(text), append(at, offset)}, nil
}
