package opensmtpd

import (
	"crypto/x509"
	"net/netip"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

// Library says what a path is judged by: OpenSSL's X509_verify_cert without a
// purpose and without a security level.
func Library() pkix.Rules {
	return pkix.Rules{AllowMD5: true, AnchorsExpire: true, ConstrainCN: true}
}

const (
	maxChain       = 100 << 10 // SSL_CTX_set_max_cert_list(3)
	maxCertificate = 16<<10 - 24
	maxSent        = 15 // the first is handed over twice, and there is room for 16
)

func tooLong(s *verify.Session) string {
	if s.TLS.ChainOctets() > maxChain {
		return "more than 102,400 octets"
	}
	return ""
}

func tooMany(s *verify.Session) string {
	if len(s.TLS.Chain) > maxSent {
		return "more than 15"
	}
	return ""
}

func tooLarge(s *verify.Session) string {
	for _, der := range s.TLS.Chain {
		if len(der) > maxCertificate {
			return "one of more than 16,360 octets"
		}
	}
	return ""
}

// Unfit reports whether the chain of a session cannot be handed to the process
// that checks it.
func Unfit(s *verify.TLS) bool {
	session := &verify.Session{TLS: s}
	return tooMany(session) != "" || tooLarge(session) != ""
}

// named reports whether a certificate has an alternative name beside which the
// common name does not count.
func named(leaf *x509.Certificate) bool { return len(leaf.DNSNames)+len(leaf.IPAddresses) > 0 }

// commonName gives the first common name, the only one that is looked at.
func commonName(leaf *x509.Certificate) []string {
	cns := judge.CommonNames(leaf)
	return cns[:min(1, len(cns))]
}

// Names gives the presented identifiers that count for a reference: where that is
// an address, as of a relay host, the addresses in the certificate.
func Names(leaf *x509.Certificate, reference string) []string {
	switch {
	case !named(leaf):
		return commonName(leaf)
	case isAddress(reference):
		return addresses(leaf)
	}
	return leaf.DNSNames
}

func isAddress(reference string) bool {
	_, err := netip.ParseAddr(reference)
	return err == nil
}

func addresses(leaf *x509.Certificate) (texts []string) {
	for _, ip := range leaf.IPAddresses {
		texts = append(texts, ip.String())
	}
	return texts
}

// Match looks for a presented identifier that stands for the reference, and says
// why none does. Octets are compared, ASCII letters without case. A name with a
// NUL, or that is a blank, ends the search.
func Match(presented []string, reference string) (string, verify.Mismatch) {
	why := verify.NoNames
	for i, p := range presented {
		switch m := match(p, reference); {
		case strings.Contains(p, "\x00"), p == " ":
			return "", verify.NotHostName
		case m == "":
			return p, ""
		case i == 0 || why == verify.OtherName:
			why = m
		}
	}
	return "", why
}

func match(presented, reference string) verify.Mismatch {
	rest, star := strings.CutPrefix(presented, "*")
	switch {
	case strings.EqualFold(presented, reference):
		return ""
	case isAddress(reference):
		return verify.OtherName
	case !star && strings.Contains(presented, "*"):
		return verify.StarPart
	case !star:
		return verify.OtherName
	case rest == "":
		return verify.StarAlone
	case rest[0] != '.':
		return verify.StarPart
	case strings.HasPrefix(rest, "..") || !strings.Contains(rest[1:], ".") || strings.HasPrefix(rest[1+strings.Index(rest[1:], "."):], ".."):
		return verify.StarAlone
	}
	first, domain, _ := strings.Cut(reference, ".")
	switch {
	case first != "" && domain != "" && strings.EqualFold(rest[1:], domain):
		return ""
	case strings.HasSuffix(strings.ToLower(reference), strings.ToLower(rest)) || strings.EqualFold(rest[1:], reference):
		return verify.StarLabels
	}
	return verify.OtherName
}
