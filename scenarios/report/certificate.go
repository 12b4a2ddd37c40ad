package report

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"mxlab/verify/pkix"
)

// certificate describes a certificate on one line: names, issuer and dates, and
// then only what is unusual about it.
func certificate(c *x509.Certificate, now time.Time, st Style) string {
	return described(c, now, st, x509.ExtKeyUsageServerAuth, "serverAuth")
}

// clientCertificate is the same of a certificate that a client showed.
func clientCertificate(c *x509.Certificate, now time.Time, st Style) string {
	return described(c, now, st, x509.ExtKeyUsageClientAuth, "clientAuth")
}

// described describes a certificate that is shown for a purpose.
func described(c *x509.Certificate, now time.Time, st Style, purpose x509.ExtKeyUsage, name string) string {
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if st.Stable && bytes.Equal(c.RawSubject, c.RawIssuer) && c.IsCA {
		say("a root")
	} else if cns := commonNames(c); len(cns) > 0 {
		say("CN=%s", list(cns))
	}
	if len(c.DNSNames) > 0 {
		say("SAN %s", list(c.DNSNames))
	}
	for kind, names := range otherNames(c) {
		if len(names) > 0 {
			say("SAN %s %s", []string{"IP", "email", "URI"}[kind], list(names))
		}
	}
	if !st.Stable {
		say("issuer %s", printable(c.Issuer.CommonName))
		say("from %s until %s", relative(c.NotBefore, now), relative(c.NotAfter, now))
	}
	if key := keyKind(c); key != "" {
		say("key %s", key)
	}
	if c.SignatureAlgorithm != x509.SHA256WithRSA && c.SignatureAlgorithm != x509.ECDSAWithSHA256 {
		say("signed with %v", c.SignatureAlgorithm)
	}
	// RFC 5280 section 4.1.2.2: positive, and of at most 20 octets.
	if n := len(c.SerialNumber.Bytes()); c.SerialNumber.Sign() == 0 {
		say("serial number 0")
	} else if n > 20 {
		say("serial number of %d octets", n)
	}
	parts = append(parts, usages(c, purpose, name)...)
	if pkix.MustStaple(c) {
		say("must-staple")
	}
	return strings.Join(parts, "; ")
}

// unparsable says why a certificate could not be parsed, as far as it is known.
// Its length is left out, because a signature's differs from one time to another.
func unparsable(der []byte) string {
	if why := pkix.WhyUnparsable(der); why != "" {
		return "cannot be parsed: " + why
	}
	return "cannot be parsed"
}

// commonNames lists them all, where crypto/x509 tells the last one only.
func commonNames(c *x509.Certificate) []string {
	var cns []string
	for _, n := range c.Subject.Names {
		if cn, ok := n.Value.(string); ok && n.Type.String() == "2.5.4.3" && cn != "" {
			cns = append(cns, cn)
		}
	}
	return cns
}

// otherNames gives the alternative names that are no dNSNames, by kind.
func otherNames(c *x509.Certificate) [3][]string {
	names := [3][]string{1: c.EmailAddresses}
	for _, ip := range c.IPAddresses {
		names[0] = append(names[0], ip.String())
	}
	for _, u := range c.URIs {
		names[2] = append(names[2], u.String())
	}
	return names
}

// keyKind names a key, unless it is one on P-256, which is the usual kind here.
func keyKind(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		if name := key.Params().Name; name != "P-256" {
			return name
		}
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}

// usages tells what a certificate that is shown for a purpose may not be used
// for, or does not say.
func usages(c *x509.Certificate, purpose x509.ExtKeyUsage, name string) (unusual []string) {
	signs := x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement
	if c.IsCA {
		signs = x509.KeyUsageCertSign
	}
	switch {
	case c.KeyUsage == 0:
		unusual = append(unusual, "no key usage")
	case c.KeyUsage&signs == 0:
		unusual = append(unusual, "unfit key usage")
	}
	switch {
	case len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0:
		if !c.IsCA {
			unusual = append(unusual, "no extended key usage")
		}
	case !slices.Contains(c.ExtKeyUsage, purpose):
		unusual = append(unusual, "extended key usage without "+name)
	}
	return unusual
}
