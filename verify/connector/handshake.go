package connector

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"

	"mxlab/verify"
)

// onGreetingLine reports whether a host names the verb that opens TLS on the first
// line of its reply to EHLO, behind its own name.
func onGreetingLine(s *verify.Session, verb string) bool {
	for n, line := range s.Dialogue {
		if n > 0 && !line.Client && !line.TLS && s.Dialogue[n-1].Client && strings.HasPrefix(s.Dialogue[n-1].Text, "EHLO ") {
			return slices.Contains(strings.Fields(strings.ToUpper(line.Text)), verb)
		}
	}
	return false
}

// handshake reports whether the handshake failed, or a chain that arrived ends
// it; how, and what the connector then does.
func (j *judgement) handshake(s *verify.Session) (failed bool, cause verify.Cause, then Action) {
	cause, then = verify.HandshakeFailed, j.setting.Failed
	rule, why := j.transport.Handshake.refused(s)
	switch {
	case rule != nil && j.Holds(rule, true):
		j.Note(rule, "certificates", verify.Failed, why)
		j.Decide(rule)
		if rule == j.transport.Handshake.WeakHash && j.setting.WeakHash != nil {
			then.Rule = j.setting.WeakHash
		}
		return true, cause, then
	case s.TLS == nil && s.Stop != nil && s.Stop.Stage == verify.StageHandshake:
		return true, s.Stop.Cause, then
	}
	return s.TLS == nil, cause, then
}

// refused gives the rule by which a chain that arrived ends the handshake, and
// why; nil if none does.
func (r *Handshake) refused(s *verify.Session) (*verify.Rule, string) {
	switch {
	case s.TLS == nil:
		return nil, ""
	case s.Stop != nil && s.Stop.Stage == verify.StageHandshake:
		// It is our own library that stopped.
		return r.Unreadable, "one cannot be parsed"
	case s.TLS.ChainOctets() > MaxChain:
		return r.ChainSize, "more than 32,768 octets"
	case s.TLS.Version >= tls.VersionTLS12 && WeakHash(s.TLS.Chain):
		return r.WeakHash, "one is signed with MD5 or MD2"
	case ed25519Key(s.TLS.Chain):
		return r.Ed25519, "the key is Ed25519"
	}
	return nil, ""
}

// ed25519Key reports whether the first certificate of a chain has such a key.
func ed25519Key(chain [][]byte) bool {
	if len(chain) == 0 || !bytes.Contains(chain[0], oidEd25519) {
		return false // nearly always, and quickly
	}
	c, err := x509.ParseCertificate(chain[0])
	return err == nil && c.PublicKeyAlgorithm == x509.Ed25519
}

// WeakHash reports whether a certificate of a chain is signed with MD5 or MD2.
func WeakHash(chain [][]byte) bool {
	for _, der := range chain {
		if !bytes.Contains(der, oidMD5WithRSA) && !bytes.Contains(der, oidMD2WithRSA) {
			continue // nearly all, and quickly
		}
		if c, err := x509.ParseCertificate(der); err == nil && (c.SignatureAlgorithm == x509.MD5WithRSA || c.SignatureAlgorithm == x509.MD2WithRSA) {
			return true
		}
	}
	return false
}

// RFC 3279 section 2.2.1, in DER: 1.2.840.113549.1.1.4 and 1.2.840.113549.1.1.2.
var (
	oidMD5WithRSA = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}
	oidMD2WithRSA = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x02}
	oidEd25519    = []byte{0x2b, 0x65, 0x70} // RFC 8410 section 3: 1.3.101.112
)
