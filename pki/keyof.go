package pki

import "strings"

// keyOf finds the line whose key c has, which is c itself unless key-of= says
// otherwise; nil where that leads nowhere or in a circle.
func (l *Lab) keyOf(c *line) *line {
	seen := map[*line]bool{}
	for c != nil && c.spec.KeyOf != "" {
		if seen[c] {
			return nil
		}
		seen[c] = true
		c = l.lines[c.spec.KeyOf]
	}
	return c
}

// keyFaults lists what is wrong with the key of a line, and with the signature
// that its issuer's key is to make.
func (l *Lab) keyFaults(c *line) LabelErrors {
	at := func(word, format string, args ...any) LabelErrors {
		return LabelErrors{{c.label, wrong(c.spec.offset(word, 0), format, args...)}}
	}
	if label := c.spec.KeyOf; label != "" {
		switch {
		case l.lines[label] == nil:
			return at("key-of", "no line has the label %q; write %s", label, l.suggestLine(label))
		case l.keyOf(c) == nil && l.inKeyCircle(c):
			return at("key-of", "the keys go in a circle: %s; leave key-of= out of one of them", strings.Join(l.keyPath(c), ", "))
		}
	}
	by := l.issuerOf(c)
	if c.spec.SelfSigned {
		by = c
	}
	if by == nil || l.keyOf(by) == nil {
		return nil // the fault of another word
	}
	if c.spec.Staple != "" && l.silent(by) {
		return at("staple", "%s has an Ed25519 key, with which no OCSP answer is signed here; write another key= in its line", by.label)
	}
	if msg := c.spec.Sig.unfit(l.keyOf(by).spec.Key); msg != "" {
		return at("sig", "%s", msg)
	}
	return nil
}

// inKeyCircle tells whether key-of= leads from c back to c.
func (l *Lab) inKeyCircle(c *line) bool {
	path := l.keyPath(c)
	return len(path) > 1 && path[len(path)-1] == c.label
}

// keyPath gives the labels from c along key-of= up to the first that comes
// again.
func (l *Lab) keyPath(c *line) []string {
	path := []string{c.label}
	seen := map[*line]bool{c: true}
	for c = l.lines[c.spec.KeyOf]; c != nil; c = l.lines[c.spec.KeyOf] {
		path = append(path, c.label)
		if seen[c] {
			return path
		}
		seen[c] = true
	}
	return path
}
