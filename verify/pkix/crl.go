package pkix

import (
	"bytes"
	"crypto/x509"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A CRL is a certificate revocation list (RFC 5280 section 5) that was read
// once. It may be asked by several goroutines. It keeps the DER that it was read
// from, and of the entries, of which there may be hundreds of thousands, nothing
// else.
//
// Three kinds are not supported, and settle nothing: delta CRLs, indirect CRLs,
// and those for some reasons only. Crypt32 and, unless it is told otherwise,
// OpenSSL do not use the last two either. A CRL that is signed with another key
// than the certificate, or by another authority, is not either: there is no
// search for its issuer.
type CRL struct {
	doubt   Doubt // why it settles nothing, whatever it is asked
	head    *x509.RevocationList
	scope   scope
	signed  cryptobyte.String // what the signature is over
	entries cryptobyte.String

	mu     sync.Mutex
	signer map[string]bool // by key: whether it made the signature
	listed map[string]Status
}

// ReadCRL reads a CRL in DER. What cannot be read is a CRL that settles nothing.
func ReadCRL(der []byte) *CRL {
	c := &CRL{signer: map[string]bool{}, listed: map[string]Status{}}
	c.doubt = c.read(der)
	return c
}

// read cuts the entries out, which crypto/x509 would make many times larger, and
// lets it parse the rest.
func (c *CRL) read(der []byte) Doubt {
	var list, body cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&list, asn1.SEQUENCE) || !list.ReadASN1Element(&c.signed, asn1.SEQUENCE) {
		return DoubtUnparsable
	}
	whole := c.signed
	if !whole.ReadASN1(&body, asn1.SEQUENCE) {
		return DoubtUnparsable
	}
	head := body
	v1 := !body.PeekASN1Tag(asn1.INTEGER)
	if !body.SkipOptionalASN1(asn1.INTEGER) || !body.SkipASN1(asn1.SEQUENCE) || !body.SkipASN1(asn1.SEQUENCE) || !skipTime(&body) {
		return DoubtUnparsable
	}
	skipTime(&body) // nextUpdate, which may be missing
	head = head[:len(head)-len(body)]
	if body.PeekASN1Tag(asn1.SEQUENCE) && !body.ReadASN1(&c.entries, asn1.SEQUENCE) {
		return DoubtUnparsable
	}
	var version []byte
	if v1 { // crypto/x509 wants version 2; without extensions they are alike
		version = []byte("\x02\x01\x01")
	}
	short := element(asn1.SEQUENCE, element(asn1.SEQUENCE, version, head, body), list)
	var err error
	if c.head, err = x509.ParseRevocationList(short); err != nil {
		return DoubtUnparsable
	}
	if d := c.readExtensions(); d != "" {
		return d
	}
	return checkEntries(c.entries)
}

// skipTime passes over a time in either form.
func skipTime(s *cryptobyte.String) bool {
	return s.PeekASN1Tag(asn1.UTCTime) && s.SkipASN1(asn1.UTCTime) || s.PeekASN1Tag(asn1.GeneralizedTime) && s.SkipASN1(asn1.GeneralizedTime)
}

// Status tells what the list says of a certificate that issuer issued, at a
// time: RFC 5280 section 6.3.3. A list without nextUpdate never grows stale (the
// RFC leaves it open; so does Crypt32). Who is listed is revoked, whatever the
// date of the entry.
func (c *CRL) Status(cert, issuer *x509.Certificate, now time.Time) Status {
	if d := c.unfit(cert, issuer, now); d != "" {
		return doubtful(d)
	}
	s := c.entry(cert)
	if s.Until = c.head.NextUpdate; s.Until.IsZero() {
		s.Until = forever()
	}
	return s
}

// unfit says why the list cannot be asked.
func (c *CRL) unfit(cert, issuer *x509.Certificate, now time.Time) Doubt {
	switch {
	case c.doubt != "":
		return c.doubt
	case !bytes.Equal(c.head.RawIssuer, cert.RawIssuer), !c.scope.covers(cert):
		return DoubtIssuer
	case issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0:
		return DoubtSigner
	case !c.signedBy(issuer):
		return DoubtSignature
	case now.Before(c.head.ThisUpdate):
		return DoubtEarly
	case !c.head.NextUpdate.IsZero() && now.After(c.head.NextUpdate):
		return DoubtStale
	}
	return ""
}

// signedBy reports whether the issuer's key signed the list.
func (c *CRL) signedBy(issuer *x509.Certificate) bool {
	key := string(issuer.RawSubjectPublicKeyInfo)
	c.mu.Lock()
	defer c.mu.Unlock()
	ok, known := c.signer[key]
	if !known {
		ok = signed(issuer, c.head.SignatureAlgorithm, c.signed, c.head.Signature)
		c.signer[key] = ok
	}
	return ok
}

// entry finds the certificate's entry, if it has one.
func (c *CRL) entry(cert *x509.Certificate) Status {
	serial := serialOf(cert)
	c.mu.Lock()
	defer c.mu.Unlock()
	s, known := c.listed[serial]
	if !known {
		s = find(c.entries, serial)
		c.listed[serial] = s
	}
	return s
}
