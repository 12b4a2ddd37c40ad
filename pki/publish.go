package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cloudflare/cfssl/signer"
)

// CheckPublication reports an authority that no line is, and a key that cannot
// sign. The error is a [*SyntaxError]. What is wrong with the lines themselves
// is for [Lab.Check] to say.
func (l *Lab) CheckPublication(p Publication) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, authority := "issuer", true
	if p.Kind == CAIssuers {
		of, authority = "of", false
	}
	switch by := l.publisher(p); {
	case by == nil:
		return wrong(offset(p.Words, of, 0), "no line has the label %q; write %s", p.Of, l.suggestPublisher(p.Of, authority))
	case authority && !by.spec.signs() && !by.spec.SelfSigned:
		return wrong(offset(p.Words, of, 0), "%s is not an authority; add the word ca to its line, or write %s", p.Of, l.suggestPublisher(p.Of, authority))
	}
	switch signs := l.signerOf(p); {
	case signs == nil:
		return wrong(offset(p.Words, "signed-by", 0), "no line has the label %q; write %s", p.SignedBy, l.suggestPublisher(p.SignedBy, false))
	case p.Kind == OCSP && l.silent(signs):
		return wrong(0, "%s has an Ed25519 key, with which no OCSP answer is signed here; write another key= in its line, or signed-by=", signs.label)
	}
	return nil
}

// silent tells whether a line has a key that x/crypto signs no answers with.
func (l *Lab) silent(c *line) bool {
	of := l.keyOf(c)
	return of != nil && of.spec.Key == Ed25519
}

// suggestPublisher says what to write for a label that does not serve.
func (l *Lab) suggestPublisher(label string, authority bool) string {
	words := []string{public, private}
	for _, k := range l.labels() {
		if k != label && (!authority || l.lines[k].spec.signs()) {
			words = append(words, k)
		}
	}
	return choose(label, words)
}

// publisher finds the line whose publication it is, or nil.
func (l *Lab) publisher(p Publication) *line {
	hierarchy := map[string]string{public: publicIssuing, private: privateIssuing}
	if p.Root {
		hierarchy = map[string]string{public: publicRoot, private: privateRoot}
	}
	if label := hierarchy[p.Of]; label != "" {
		return l.lines[label]
	}
	return l.lines[p.Of]
}

// signerOf finds the line whose key signs a publication, or nil.
func (l *Lab) signerOf(p Publication) *line {
	if p.SignedBy == "" {
		return l.publisher(p)
	}
	return l.publisher(Publication{Of: p.SignedBy})
}

// Publish gives what is fetched at a time, in DER. For OCSP it takes the DER of
// a request, for the other kinds nothing. A request that cannot be read, or that
// is about another authority's certificate, gets the answer that RFC 6960
// section 2.3 has for it; the error is of our own.
//
// A list, or an answer, knows what was revoked up to its thisUpdate. All lines
// are added before.
func (l *Lab) Publish(p Publication, request []byte, at time.Time) ([]byte, error) {
	if err := l.CheckPublication(p); err != nil {
		return nil, fmt.Errorf("publish %q: %w", joined(p.Words), err)
	}
	l.mu.Lock()
	by, signs := l.publisher(p), l.signerOf(p)
	err := l.link(by)
	if err == nil {
		err = l.link(signs)
	}
	l.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("publish %q: %w", joined(p.Words), err)
	}
	var der []byte
	this, next := l.updates(p, at)
	switch p.Kind {
	case CRL:
		der, err = l.listed(p, by, signs, this, next)
	case OCSP:
		der, err = l.answer(p, by, signs, request, this, next)
	default:
		if err = l.make(by); err == nil {
			der = by.der
		}
	}
	if err != nil {
		return nil, fmt.Errorf("publish %q: %w", joined(p.Words), err)
	}
	if p.Broken {
		der = breakDER(der)
	}
	return der, nil
}

// updates gives thisUpdate and nextUpdate of what is fetched at a time. What
// nobody gave a date is made anew every day.
func (l *Lab) updates(p Publication, at time.Time) (this, next time.Time) {
	made := l.now
	if days := at.Sub(l.now) / day; p.Renewed && days > 0 {
		made = made.Add(days * day)
	}
	if !p.Endless {
		next = moment(made.Add(p.Until))
	}
	return moment(made.Add(p.From)), next
}

// authority gives as much of a certificate as a list or an answer needs of its
// issuer. It is made from the line, so that an authority whose certificate
// crypto/x509 cannot read may publish too. The line is made.
func (c *line) authority() (*x509.Certificate, error) {
	subject, err := asn1.Marshal(distinguishedName(&c.spec))
	if err != nil {
		return nil, fmt.Errorf("encode the name of %s: %w", c.label, err)
	}
	key, err := x509.MarshalPKIXPublicKey(c.key.Public())
	if err != nil {
		return nil, fmt.Errorf("encode the key of %s: %w", c.label, err)
	}
	cert := &x509.Certificate{Raw: c.der, RawSubject: subject, RawSubjectPublicKeyInfo: key, PublicKey: c.key.Public()}
	if cert.SubjectKeyId, err = signer.ComputeSKI(cert); err != nil {
		return nil, fmt.Errorf("identify the key of %s: %w", c.label, err)
	}
	return cert, nil
}

// issued gives the lines that an authority has issued, in the order of their
// labels.
func (l *Lab) issued(by *line) []*line {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*line
	for _, c := range l.lines {
		if l.issuerOf(c) == by || c == by && c.spec.SelfSigned {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *line) int { return strings.Compare(a.label, b.label) })
	return all
}
