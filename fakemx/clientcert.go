package fakemx

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"time"
)

// recording gives a configuration that notes the client's certificates before a
// function of its own refuses them. Where crypto/tls does so the error has them,
// and a ConnectionState where nobody does.
func (c *conn) recording(cfg *tls.Config) *tls.Config {
	if cfg == nil || cfg.VerifyPeerCertificate == nil {
		return cfg
	}
	noting := cfg.Clone()
	noting.VerifyPeerCertificate = func(chain [][]byte, verified [][]*x509.Certificate) error {
		c.note(func(s *Session) { s.Presented = chain })
		return cfg.VerifyPeerCertificate(chain, verified)
	}
	return noting
}

// unfit gives the client's certificates for which crypto/tls ended a handshake.
func unfit(err error) [][]byte {
	var refused *tls.CertificateVerificationError
	if errors.As(err, &refused) {
		return raw(refused.UnverifiedCertificates)
	}
	return nil
}

func raw(certs []*x509.Certificate) (chain [][]byte) {
	for _, c := range certs {
		chain = append(chain, c.Raw)
	}
	return chain
}

// fit says why a client's certificate does not lead to an authority of ClientCAs,
// is not in date, or is not meant for clients (RFC 5280 section 4.2.1.12).
func fit(cfg *tls.Config, certs []*x509.Certificate) error {
	var now time.Time // crypto/x509 takes the present time for it
	if cfg.Time != nil {
		now = cfg.Time()
	}
	between := x509.NewCertPool()
	for _, c := range certs[1:] {
		between.AddCert(c)
	}
	_, err := certs[0].Verify(x509.VerifyOptions{Roots: cfg.ClientCAs, Intermediates: between, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err
}

// proves reports whether the client's certificate proves the domain of a sender.
func (d *dialogue) proves(from string) bool {
	at := strings.LastIndexByte(from, '@')
	if at < 0 {
		return true
	}
	domain := from[at+1:]
	switch asked := d.conn.server.Proves; {
	case d.tls == nil || len(d.tls.PeerCertificates) == 0:
		return false
	case asked != nil:
		return asked(raw(d.tls.PeerCertificates), domain)
	case fit(d.conn.server.tls, d.tls.PeerCertificates) != nil:
		return false
	}
	leaf := d.tls.PeerCertificates[0]
	// crypto/x509 does not look at the common name; a certificate that has it for
	// its only dNSName is compared in the same way.
	common := x509.Certificate{DNSNames: []string{leaf.Subject.CommonName}}
	return leaf.VerifyHostname(domain) == nil || common.VerifyHostname(domain) == nil
}
