package pki

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"mxlab/internal/nearest"
)

// A Lab holds the certificate lines of one world and issues from them, as of
// one moment. It is safe for concurrent use.
type Lab struct {
	now    time.Time
	secret []byte // from which keys and serial numbers follow
	random bool   // nobody else knows the secret
	name   string // of a lab with random keys
	rsa    rsaKeys

	mu      sync.Mutex
	lines   map[string]*line
	trusted []*line              // those with the word, in the order of their labels
	lists   map[string]*madeList // by the line of the publication
}

// A line is one labelled certificate line. What lies below its Once is made
// when first asked for.
type line struct {
	label string
	spec  Spec

	linked bool    // what follows is set; guarded by Lab.mu
	issuer *line   // nil if self-signed
	send   []*line // nil for the default
	keyOf  *line   // whose key it is: often its own

	sign sync.Once
	der  []byte
	key  crypto.Signer
	err  error

	whole       sync.Once
	certificate *Certificate
}

// NewLab returns a lab whose present is now, to the second. No date goes below
// the year 1950 or above 9999: a certificate cannot say it. It makes neither
// keys nor certificates: authorities too are made when first needed.
func NewLab(now time.Time, options ...Option) *Lab {
	quiet()
	l := &Lab{now: moment(now), secret: []byte(knownSecret), lines: map[string]*line{}, lists: map[string]*madeList{}}
	for _, o := range options {
		o(l)
	}
	for _, a := range authorities(l.suffix()) {
		l.lines[a.label] = a
	}
	return l
}

// An Option says how a lab is made.
type Option func(*Lab)

// Random gives the lab keys and serial numbers that nobody has but itself, where
// other software is asked to trust its roots. The built-in roots say in their
// names that they are a lab's, and which lab's. Labs that are given the same
// value have the same keys for the same labels, and their roots the same names:
// who trusts the roots of one trusts those of the others.
func Random() Option {
	secret, name := make([]byte, 32), rand.Text()[:6]
	rand.Read(secret) // never fails, as crypto/rand says
	return func(l *Lab) { l.random, l.secret, l.name = true, secret, name }
}

// suffix is what the names of the built-in roots end in.
func (l *Lab) suffix() string {
	if !l.random {
		return ""
	}
	return fmt.Sprintf(" of a lab, trust it nowhere else (%s)", l.name)
}

// Add gives a label to a line. Labels are letters and digits, and - _ . after
// the first; public, private, leaf, issuer and root are taken. What the line refers
// to need not be there yet. The error is a [*LabelError].
func (l *Lab) Add(label string, s Spec) error {
	fault := labelFault(label)
	switch label {
	case public, private, leaf, issuer, root:
		fault = fmt.Sprintf("the label %q has a meaning of its own; write another", label)
	}
	if fault == "" && len(s.Words) == 0 {
		fault = "the line is empty; make it with ParseLine"
	}
	if fault != "" {
		return &LabelError{label, wrong(0, "%s", fault)}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines[label] != nil {
		return &LabelError{label, wrong(0, "the label %q is given twice; write another", label)}
	}
	l.lines[label] = &line{label: label, spec: s}
	if s.Trusted {
		l.trusted = append(l.trusted, l.lines[label])
		slices.SortFunc(l.trusted, func(a, b *line) int { return strings.Compare(a.label, b.label) })
	}
	return nil
}

// Issue returns the certificate of a label, the same one each time: it is
// shared, and not to be changed. If a reference of the line, or of a line that
// it refers to, leads nowhere, the error is a [LabelErrors].
func (l *Lab) Issue(label string) (*Certificate, error) {
	l.mu.Lock()
	c, err := l.lookUp(label)
	l.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := l.make(c); err != nil {
		return nil, err
	}
	sent, err := l.sent(c)
	if err != nil {
		return nil, err
	}
	c.whole.Do(func() {
		c.certificate = &Certificate{Label: label, Sent: sent, Key: c.key}
		// What crypto/x509 cannot read may still be sent.
		if parsed, err := x509.ParseCertificate(c.der); err == nil {
			c.certificate.Leaf = parsed
		}
	})
	return c.certificate, nil
}

// lookUp finds the line of a label, with its references linked.
func (l *Lab) lookUp(label string) (*line, error) {
	c := l.lines[label]
	if c == nil || strings.Contains(label, " ") {
		hint := "the lab has none"
		if n := nearest.Word(label, l.labels()...); n != "" {
			hint = "did you mean " + n + "?"
		}
		return nil, fmt.Errorf("issue %q: no certificate line has this label; %s", label, hint)
	}
	if c.linked {
		return c, nil
	}
	if err := l.link(c); err != nil {
		return nil, err
	}
	return c, nil
}

// make signs c, and before it what signs c.
func (l *Lab) make(c *line) error {
	c.sign.Do(func() {
		if c.issuer != nil {
			if c.err = l.make(c.issuer); c.err != nil {
				return
			}
		}
		if c.key, c.err = l.newKey(c.keyOf.label, c.keyOf.spec.Key); c.err != nil {
			return
		}
		by := c.issuer
		if by == nil {
			by = c
		}
		o := order{
			spec:       &c.spec,
			key:        c.key,
			keyType:    c.keyOf.spec.Key,
			issuer:     &by.spec,
			issuerKey:  by.key,
			issuerType: by.keyOf.spec.Key,
			serial:     l.serial(by, c),
			from:       moment(l.now.Add(c.spec.From)),
			until:      moment(l.now.Add(c.spec.Until)),
		}
		if c.der, c.err = o.sign(); c.err != nil {
			c.err = fmt.Errorf("issue %q: %w", c.label, c.err)
		}
	})
	return c.err
}

// serial gives the serial number of what by issues for c.
func (l *Lab) serial(by, c *line) *big.Int {
	return l.newSerial(by.label, c.label, c.spec.line(), c.spec.Serial)
}

// sent lists the certificates that a host with c sends.
func (l *Lab) sent(c *line) ([][]byte, error) {
	chain := c.send
	if c.spec.Send == nil {
		chain = []*line{c}
		for by := c.issuer; by != nil && by.issuer != nil; by = by.issuer {
			chain = append(chain, by)
		}
	}
	var sent [][]byte
	for _, s := range chain {
		if err := l.make(s); err != nil {
			return nil, err
		}
		sent = append(sent, s.der)
	}
	return sent, nil
}
