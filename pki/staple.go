package pki

import (
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"
)

// staples lists the OCSP answers that a host may send along.
func staples() []string {
	return []string{"good", "revoked", "unknown", "try-later", "expired", "wrong-signer", "wrong-certificate", "broken"}
}

// Staple gives the OCSP answer that a host sends along with the certificate of
// a label at a time (RFC 6066 section 8), in DER; nil if its line has no
// staple=. The error is that of [Lab.Issue].
func (l *Lab) Staple(label string, at time.Time) ([]byte, error) {
	l.mu.Lock()
	c, err := l.lookUp(label)
	l.mu.Unlock()
	if err != nil || c.spec.Staple == "" {
		return nil, err
	}
	by := c.issuer
	if by == nil {
		by = c
	}
	der, err := l.staple(c, by, at)
	if err != nil {
		return nil, fmt.Errorf("staple an answer to %q: %w", label, err)
	}
	return der, nil
}

func (l *Lab) staple(c, by *line, at time.Time) ([]byte, error) {
	p := Publication{Kind: OCSP, From: -day, Until: 6 * day, Renewed: true}
	says := ocsp.Response{Status: ocsp.Good, SerialNumber: l.serial(by, c)}
	signs := by
	switch c.spec.Staple {
	case "try-later":
		return ocsp.TryLaterErrorResponse, nil // as Apache does with SSLStaplingReturnResponderErrors
	case "revoked":
		says.Status = ocsp.Revoked
	case "unknown":
		says.Status = ocsp.Unknown
	case "expired":
		p.From, p.Until = -8*day, -day
	case "wrong-signer":
		signs = l.stranger(by)
	case "wrong-certificate":
		says.SerialNumber = new(big.Int).Add(says.SerialNumber, big.NewInt(1))
	}
	if err := l.make(by); err != nil {
		return nil, err
	}
	issuer, err := by.authority()
	if err != nil {
		return nil, err
	}
	says.ThisUpdate, says.NextUpdate = l.updates(p, at)
	says.RevokedAt = says.ThisUpdate
	if when := moment(l.now.Add(c.spec.RevokedAt)); c.spec.Revoked && when.Before(says.ThisUpdate) {
		says.RevokedAt = when
	}
	der, err := l.respond(says, issuer, by, signs)
	if err == nil && c.spec.Staple == "broken" {
		der = breakDER(der)
	}
	return der, err
}

// stranger gives an authority that has nothing to do with another.
func (l *Lab) stranger(to *line) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, label := range []string{privateIssuing, publicIssuing} {
		c := l.lines[label]
		// The built-in lines refer to nothing that could be missing.
		if c != to && l.link(c) == nil {
			return c
		}
	}
	return to
}
