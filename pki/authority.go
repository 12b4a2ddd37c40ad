package pki

import (
	"crypto/x509"
	"fmt"
)

// The labels of the built-in authorities. They have a blank, which no label of
// a user has, so that neither names nor keys can meet.
const (
	publicRoot     = "public root"
	publicIssuing  = "public issuing"
	privateRoot    = "private root"
	privateIssuing = "private issuing"
)

// authorities makes the lines of the two hierarchies. They are valid long
// before and after now, so that a leaf may be of any age. The names of the roots
// end in suffix.
func authorities(suffix string) []*line {
	rootOf := func(label, cn string) *line {
		return &line{label: label,
			spec: Spec{CN: cn, CA: true, SelfSigned: true, From: -10 * year, Until: 10 * year, Key: P256, PathLen: -1}}
	}
	// An issuing authority signs leaves only, as those of public authorities do.
	issuingOf := func(label, cn, by string) *line {
		return &line{label: label,
			spec: Spec{CN: cn, CA: true, Issuer: by, From: -5 * year, Until: 5 * year, Key: P256, PathLen: 0}}
	}
	return []*line{
		rootOf(publicRoot, "mxlab Public Root"+suffix),
		issuingOf(publicIssuing, "mxlab Public Issuing CA", public),
		rootOf(privateRoot, "mxlab Private Root"+suffix),
		issuingOf(privateIssuing, "mxlab Private Issuing CA", private),
	}
}

// Roots returns what a sender trusts unless it says otherwise: the public root,
// then the lines with the word trusted in the order of their labels.
func (l *Lab) Roots() []*x509.Certificate {
	l.mu.Lock()
	roots := append([]*line{l.lines[publicRoot]}, l.trusted...)
	l.mu.Unlock()
	return l.anchors(roots)
}

// RootsOf returns what a sender trusts that lists it: labels, and public or
// private for the root of that hierarchy. An error names a label that has no
// line.
func (l *Lab) RootsOf(labels []string) ([]*x509.Certificate, error) {
	var roots []*line
	for _, label := range labels {
		at := map[string]string{public: publicRoot, private: privateRoot}[label]
		if at == "" {
			at = label
		}
		l.mu.Lock()
		c := l.lines[at]
		l.mu.Unlock()
		if c == nil {
			return nil, fmt.Errorf("trust %q: no certificate line has this label", label)
		}
		roots = append(roots, c)
	}
	return l.anchors(roots), nil
}

// anchors issues roots. One that crypto/x509 cannot parse, or whose line is
// wrong, is left out: nothing can pass by mistake.
func (l *Lab) anchors(roots []*line) []*x509.Certificate {
	var parsed []*x509.Certificate
	for _, c := range roots {
		l.mu.Lock()
		linked := c.linked || l.link(c) == nil
		l.mu.Unlock()
		if !linked || l.make(c) != nil {
			continue
		}
		if p, err := x509.ParseCertificate(c.der); err == nil {
			parsed = append(parsed, p)
		}
	}
	return parsed
}
