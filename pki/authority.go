package pki

import "crypto/x509"

// The labels of the built-in authorities. They have a blank, which no label of
// a user has, so that neither names nor keys can meet.
const (
	publicRoot     = "public root"
	publicIssuing  = "public issuing"
	privateRoot    = "private root"
	privateIssuing = "private issuing"
)

// authorities makes the lines of the two hierarchies. They are valid long
// before and after now, so that a leaf may be of any age.
func authorities() []*line {
	rootOf := func(label, cn string) *line {
		return &line{label: label, pathLen: -1,
			spec: Spec{CN: cn, CA: true, SelfSigned: true, From: -10 * year, Until: 10 * year, Key: P256}}
	}
	// An issuing authority signs leaves only, as those of public authorities do.
	issuingOf := func(label, cn, by string) *line {
		return &line{label: label, pathLen: 0,
			spec: Spec{CN: cn, CA: true, Issuer: by, From: -5 * year, Until: 5 * year, Key: P256}}
	}
	return []*line{
		rootOf(publicRoot, "mxlab Public Root"),
		issuingOf(publicIssuing, "mxlab Public Issuing CA", public),
		rootOf(privateRoot, "mxlab Private Root"),
		issuingOf(privateIssuing, "mxlab Private Issuing CA", private),
	}
}

// Roots returns what a sender trusts: the public root alone.
func (l *Lab) Roots() []*x509.Certificate {
	l.mu.Lock()
	c := l.lines[publicRoot]
	err := l.link(c)
	l.mu.Unlock()
	if err == nil {
		err = l.make(c)
	}
	if err != nil {
		return nil // a sender that trusts nobody: nothing can pass by mistake
	}
	parsed, err := x509.ParseCertificate(c.der)
	if err != nil {
		return nil
	}
	return []*x509.Certificate{parsed}
}
