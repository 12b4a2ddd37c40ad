package pki

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"mxlab/internal/nearest"
)

// A LabelError tells what is wrong with the line of a label. What is wrong
// with the label itself is reported at offset 0.
type LabelError struct {
	Label string
	Err   *SyntaxError
}

// Error gives the message with its label.
func (e *LabelError) Error() string { return fmt.Sprintf("certificate %s: %v", e.Label, e.Err) }

// Unwrap gives the error of the line.
func (e *LabelError) Unwrap() error { return e.Err }

// LabelErrors lists what is wrong with several lines, in order of label and
// offset. It is never empty.
type LabelErrors []*LabelError

// Error gives all messages, one a line.
func (es LabelErrors) Error() string {
	var lines []string
	for _, e := range es {
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the errors of the lines.
func (es LabelErrors) Unwrap() []error {
	var errs []error
	for _, e := range es {
		errs = append(errs, e)
	}
	return errs
}

// Check reports every issuer=, key-of= and send= that leads to no line, or to
// one that may not sign, every circle of them, and every sig= that the issuer's
// key cannot make. The error is a [LabelErrors].
func (l *Lab) Check() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs LabelErrors
	for label, c := range l.lines {
		if !strings.Contains(label, " ") {
			errs = append(errs, l.faults(c)...)
		}
	}
	slices.SortStableFunc(errs, func(a, b *LabelError) int { return strings.Compare(a.Label, b.Label) })
	return errs.orNil()
}

func (es LabelErrors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// labels lists the user's labels, sorted.
func (l *Lab) labels() []string {
	var labels []string
	for label := range l.lines {
		if !strings.Contains(label, " ") {
			labels = append(labels, label)
		}
	}
	sort.Strings(labels)
	return labels
}

// issuerOf finds the line that signs c: nil if c is self-signed, or if there
// is none.
func (l *Lab) issuerOf(c *line) *line {
	switch {
	case c.spec.SelfSigned:
		return nil
	case c.spec.Issuer == public && c.spec.CA:
		return l.lines[publicRoot]
	case c.spec.Issuer == public:
		return l.lines[publicIssuing]
	case c.spec.Issuer == private && c.spec.CA:
		return l.lines[privateRoot]
	case c.spec.Issuer == private:
		return l.lines[privateIssuing]
	}
	return l.lines[c.spec.Issuer]
}

// sentOf finds the line that one word of send= stands for, or nil.
func (l *Lab) sentOf(c *line, what string) *line {
	switch what {
	case leaf:
		return c
	case issuer:
		return l.issuerOf(c)
	case root:
		seen := map[*line]bool{}
		for by := c; by != nil && !seen[by]; by = l.issuerOf(by) {
			if by.spec.SelfSigned {
				return by
			}
			seen[by] = true
		}
		return nil
	}
	return l.lines[what]
}

// faults lists what is wrong with the references of one line.
func (l *Lab) faults(c *line) LabelErrors {
	var errs LabelErrors
	add := func(offset int, format string, args ...any) {
		errs = append(errs, &LabelError{c.label, wrong(offset, format, args...)})
	}
	if !c.spec.SelfSigned {
		at := func() int { return c.spec.offset("issuer", 0) }
		switch by := l.issuerOf(c); {
		case by == nil:
			add(at(), "no line has the label %q; write %s", c.spec.Issuer, l.suggest(c.spec.Issuer, true))
		case !by.spec.signs():
			add(at(), "%s is not an authority; add the word ca to its line, or write %s", by.label, l.suggest(by.label, true))
		default:
			if circle := l.circle(c); circle != nil {
				add(at(), "the issuers go in a circle: %s; write issuer=public, issuer=private or self-signed in one of them", strings.Join(circle, ", "))
			}
		}
	}
	errs = append(errs, l.keyFaults(c)...)
	for i, what := range c.spec.Send {
		// A missing issuer or root is the fault of another word.
		if l.sentOf(c, what) == nil && what != issuer && what != root {
			add(c.spec.offset("send", i), "no line has the label %q; write %s", what, l.suggest(what, false))
		}
	}
	return errs
}

// circle gives the labels from c over its issuers back to c, or nil.
func (l *Lab) circle(c *line) []string {
	labels := []string{c.label}
	seen := map[*line]bool{}
	for by := l.issuerOf(c); by != nil && !seen[by]; by = l.issuerOf(by) {
		labels = append(labels, by.label)
		if by == c {
			return labels
		}
		seen[by] = true
	}
	return nil
}

// suggest says what to write for a label that does not serve.
func (l *Lab) suggest(label string, authority bool) string {
	words := []string{public, private}
	if !authority {
		words = []string{leaf, issuer, root}
	}
	for _, k := range l.labels() {
		if k != label && (!authority || l.lines[k].spec.signs()) {
			words = append(words, k)
		}
	}
	return choose(label, words)
}

// suggestLine says which other line may have been meant.
func (l *Lab) suggestLine(label string) string {
	words := l.labels()
	if len(words) == 0 {
		return "the label of a line"
	}
	return choose(label, words)
}

// choose gives the nearest word, or all of a few.
func choose(label string, words []string) string {
	if n := nearest.Word(label, words...); n != "" {
		return n
	}
	if len(words) > 8 {
		words = append(words[:8], "...")
	}
	return "one of " + strings.Join(words, " ")
}

// link sets the references of c and of every line that it leads to, or tells
// what is wrong with them.
func (l *Lab) link(c *line) error {
	reached := []*line{c}
	var errs LabelErrors
	for i := 0; i < len(reached); i++ {
		at := reached[i]
		errs = append(errs, l.faults(at)...)
		for _, next := range append(l.sendOf(at), l.issuerOf(at), l.lines[at.spec.KeyOf]) {
			if next != nil && !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	if err := errs.orNil(); err != nil {
		sort.SliceStable(errs, func(i, j int) bool { return errs[i].Label < errs[j].Label })
		return err
	}
	for _, at := range reached {
		if !at.linked {
			at.issuer, at.send, at.keyOf, at.linked = l.issuerOf(at), l.sendOf(at), l.keyOf(at), true
		}
	}
	return nil
}

// sendOf finds the lines that send= stands for, nil where there is none.
func (l *Lab) sendOf(c *line) []*line {
	var send []*line
	for _, what := range c.spec.Send {
		send = append(send, l.sentOf(c, what))
	}
	return send
}
