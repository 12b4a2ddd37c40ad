package scenarios

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// unreadable explains why YAML cannot read the file. The library tells no
// column, and its line is often another than the one to mend; so the line is
// the first with which the file, as far as it goes, cannot be read any more,
// and what usually is wrong with such a line is looked for.
func (t *text) unreadable(err error) {
	n := t.broken()
	line := t.line(n)
	if at, msg := trap(line); msg != "" {
		t.add(n, 1+utf8.RuneCountInString(line[:at]), "%s", msg)
		return
	}
	// The library's words are the last resort, without its own idea of the line.
	words := regexp.MustCompile(`^yaml: (line \d+: )?`).ReplaceAllString(err.Error(), "")
	t.add(n, 1+len(line)-len(strings.TrimLeft(line, " ")),
		"YAML cannot read on from here (%s); look at the indentation of this line and of the one above, and at quotation marks", words)
}

// broken gives the number of the first line with which the file cannot be
// read. The last lines are tried one by one, as many as a few megabytes of
// reading allow. In a file with more lines the place is first found by halving,
// which a quoted text of several lines can lead astray.
func (t *text) broken() int {
	good, bad := 0, len(t.lines)
	tries := min(max(4*maxSize/(len(t.src)+1), 8), 500)
	for bad-good > tries {
		if middle := (good + bad) / 2; t.readable(middle) {
			good = middle
		} else {
			bad = middle
		}
	}
	for bad > good+1 && !t.readable(bad-1) {
		bad--
	}
	return bad
}

// readable tells whether the first n lines are YAML.
func (t *text) readable(n int) bool {
	var doc yaml.Node
	return yaml.Unmarshal([]byte(strings.Join(t.lines[:n], "\n")+"\n"), &doc) == nil
}

// trap looks for what YAML misreads in a line, and gives its offset and what to
// write instead.
func trap(line string) (int, string) {
	body := strings.TrimLeft(line, " \t")
	at := len(line) - len(body)
	if tab := strings.IndexByte(line[:at], '\t'); tab >= 0 {
		return tab, "YAML does not indent with tabs; write blanks"
	}
	for strings.HasPrefix(body, "- ") {
		rest := strings.TrimLeft(body[1:], " ")
		at, body = at+len(body)-len(rest), rest
	}
	key, value, isEntry := strings.Cut(body, ":")
	if isEntry && value != "" && (value[0] == ' ' || value[0] == '\t') && !strings.ContainsAny(key[:min(1, len(key))], "\"'[{*&!|>%@`#") {
		v := strings.TrimLeft(value, " \t")
		at += len(body) - len(v)
		return misread(at, v, key+": ")
	}
	if at2, msg := misread(at, body, line[:at]); msg != "" {
		return at2, msg
	}
	if !isEntry && body != "" && body[0] != '#' && !strings.HasPrefix(strings.TrimSpace(line), "-") {
		return at, "this line has no key; write KEY: VALUE, or indent it further if it belongs to the text above"
	}
	return 0, ""
}

// misread looks at a value that stands at an offset of its line.
func misread(at int, v, before string) (int, string) {
	if v == "" {
		return 0, ""
	}
	text, _, _ := strings.Cut(v, " #")
	text = strings.TrimRight(text, " \t")
	quoted := strings.TrimLeft(before, " ") + "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if len(quoted) > 100 {
		quoted = "'...'"
	}
	switch v[0] {
	case '*', '&', '@', '`', '%', '!', '[', '{':
		return at, "YAML has a meaning of its own for " + v[:1] + " at the start of a value; put the value into single quotes: " + quoted
	case '"', '\'':
		if inner := strings.TrimRight(text, " \t"); len(inner) < 2 || strings.Count(inner, v[:1])%2 == 1 {
			return at, "this quotation mark is not closed; YAML reads on to the next one, or to the end of the file"
		}
		return at, "a value that begins with a quotation mark must end with it, and a backslash in it is an escape; put the whole value into single quotes: " + quoted
	case '|', '>':
		return at, "behind " + v[:1] + " nothing may follow; write the text on the lines below, indented further than the key"
	case '#':
		return 0, ""
	}
	if colon := strings.Index(text, ": "); colon >= 0 {
		return at + colon, "YAML takes a colon and a blank within a value for another key; put the value into single quotes: " + quoted
	}
	if strings.HasSuffix(text, ":") {
		return at + len(text) - 1, "YAML takes a colon at the end of a value for another key; put the value into single quotes: " + quoted
	}
	return 0, ""
}
