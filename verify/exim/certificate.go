package exim

import (
	"crypto/x509"
	"net/netip"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// CommonName gives the common name that counts where there is no dNSName: the only
// one, of a certificate that may be a TLS server's.
func CommonName(leaf *x509.Certificate) []string {
	cns := judge.CommonNames(leaf)
	if len(cns) != 1 || !serves(leaf) {
		return nil
	}
	return cns
}

// serves reports whether an extended key usage, where there is one, has serverAuth
// or any.
func serves(leaf *x509.Certificate) bool {
	for _, u := range leaf.ExtKeyUsage {
		if u == x509.ExtKeyUsageServerAuth || u == x509.ExtKeyUsageAny {
			return true
		}
	}
	return len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) == 0
}

// named reports whether a certificate has an alternative name beside which the
// common name does not count. One for mail is none.
func named(leaf *x509.Certificate) bool {
	return len(leaf.DNSNames)+len(leaf.IPAddresses)+len(leaf.URIs) > 0
}

// Names gives the presented identifiers that count for a reference: where that is
// an address, the addresses in the certificate.
func Names(leaf *x509.Certificate, reference string) []string {
	switch {
	case isAddress(reference):
		return addresses(leaf)
	case named(leaf):
		return leaf.DNSNames
	}
	return CommonName(leaf)
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
// why none does.
func Match(presented []string, reference string) (string, verify.Mismatch) {
	why := verify.NoNames
	for i, p := range presented {
		m := match(p, reference)
		if m == "" {
			return p, ""
		}
		if i == 0 || why == verify.OtherName {
			why = m
		}
	}
	return "", why
}

// match compares as _gnutls_hostname_compare: a star stands for the whole left-most
// label, with two labels or more behind it.
func match(presented, reference string) verify.Mismatch {
	rest, star := strings.CutPrefix(presented, "*.")
	switch {
	case strings.ContainsFunc(presented, func(r rune) bool { return r < ' ' || r > '~' }):
		return verify.NotHostName
	case strings.EqualFold(presented, reference):
		return ""
	case isAddress(reference):
		return verify.OtherName
	case presented == "*":
		return verify.StarAlone
	case !star && strings.Contains(presented, "*"):
		return verify.StarPart
	case !star:
		return verify.OtherName
	case !strings.Contains(rest, ".") || strings.HasSuffix(rest, "."):
		return verify.StarAlone
	}
	_, domain, _ := strings.Cut(reference, ".")
	switch {
	case strings.EqualFold(rest, domain):
		return ""
	case strings.HasSuffix(strings.ToLower(reference), "."+strings.ToLower(rest)) || strings.EqualFold(rest, reference):
		return verify.StarLabels
	}
	return verify.OtherName
}
