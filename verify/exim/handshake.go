package exim

import (
	"crypto/tls"
	"crypto/x509"
	"strings"

	"mxlab/verify"
)

// maxChain is what the other messages leave of the 131,072 octets that GnuTLS keeps
// of a whole handshake (gnutls_handshake_set_max_packet_length(3)): a chain of
// 130,141 was taken, and one of 130,477 was not.
const maxChain = 128<<10 - 768

func tooLong(s *verify.Session) string {
	if s.TLS != nil && s.TLS.ChainOctets() > maxChain {
		return "more than 130,304 octets"
	}
	return ""
}

func behind(s *verify.Session) string {
	if s.Early > 0 {
		return "octets in clear text"
	}
	return ""
}

// misused is what is wrong with the key usage: RFC 5246 section 7.4.2, RFC 8446
// section 4.4.2.2.
func misused(s *verify.Session) string {
	if s.TLS == nil || len(s.TLS.Chain) == 0 {
		return ""
	}
	leaf, err := x509.ParseCertificate(s.TLS.Chain[0])
	needed, what := x509.KeyUsageDigitalSignature, "no signatures"
	if strings.HasPrefix(tls.CipherSuiteName(s.TLS.Cipher), "TLS_RSA_") {
		needed, what = x509.KeyUsageKeyEncipherment, "no key transport"
	}
	if err != nil || leaf.KeyUsage == 0 || leaf.KeyUsage&needed != 0 {
		return ""
	}
	return what
}

// Refuses reports whether GnuTLS ends the handshake that ours completed.
func Refuses(shown *verify.TLS) bool {
	s := &verify.Session{TLS: shown}
	return tooLong(s) != "" || misused(s) != ""
}
