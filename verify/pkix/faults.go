package pkix

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strconv"
	"strings"
)

// faults lists everything that is wrong with a path, nearest the leaf first and
// for one certificate in the order of Kinds. end is the fault of its end, if it
// does not end in an anchor.
func (s *search) faults(nodes []*node, end Kind) []Fault {
	var list []Fault
	add := func(depth int, k Kind) { list = append(list, Fault{Kind: k, Depth: depth}) }

	last := len(nodes) - 1
	if end != "" {
		add(last, end)
	}
	through := 0 // intermediates so far that are not self-issued
	for i, n := range nodes {
		c := n.cert
		top := i == last && n.anchor
		if s.badSignature(nodes, i) {
			add(i, BadSignature)
		}
		// The signature at the top proves nothing and is not checked.
		if !top && !(i == last && n.selfSigned() && i > 0) && (md5Signed(c) && !s.rules.AllowMD5 || s.rules.RefuseSHA1 && SHA1Signed(c)) {
			add(i, WeakSignature)
		}
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < s.rules.MinRSABits {
			add(i, WeakKey)
		}
		// RFC 5280 section 6.1.4(o) and 6.1.5(f).
		if len(c.UnhandledCriticalExtensions) > 0 {
			add(i, CriticalExtension)
		}
		if i == 0 || !top || s.rules.AnchorsExpire {
			// RFC 5280 section 4.1.2.5: both ends are inclusive.
			if s.now.After(c.NotAfter) {
				add(i, Expired)
			}
			if s.now.Before(c.NotBefore) {
				add(i, NotYetValid)
			}
		}
		if !s.usageOK(i, c) {
			add(i, Usage)
		}
		if i == 0 {
			continue
		}
		if !mayIssue(c) && !(top && c.Version < 3) {
			add(i, NotCA)
		}
		// RFC 5280 section 6.1.4(l) and (m).
		if c.BasicConstraintsValid && c.IsCA && c.MaxPathLen >= 0 && through > c.MaxPathLen {
			add(i, PathLength)
		}
		if !n.looped {
			through++
		}
	}
	for i, n := range nodes {
		// RFC 5280 section 6.1.3(b) and (c): not for self-issued ones, except the last.
		if n.looped && i > 0 {
			continue
		}
		if slices.ContainsFunc(nodes[i+1:], func(issuer *node) bool { return !s.permits(issuer, n, i == 0) }) {
			add(i, NameConstraints)
		}
	}
	sortFaults(list)
	return list
}

func sortFaults(list []Fault) {
	slices.SortStableFunc(list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(rank(a.Kind), rank(b.Kind)))
	})
}

func rank(k Kind) int { return slices.Index(Kinds(), k) }

// badSignature reports whether the certificate at a depth was not signed by the
// one above it, or, at the end of an untrusted path, by itself.
func (s *search) badSignature(nodes []*node, i int) bool {
	n := nodes[i]
	if i < len(nodes)-1 {
		return !s.signedBy(n, nodes[i+1])
	}
	return !n.anchor && n.selfSigned() && !s.signedBy(n, n)
}

// mayIssue: RFC 5280 section 4.2.1.9 (basicConstraints), 4.2.1.3 (keyUsage) and
// 6.1.4(k). A version 1 certificate, which has no extensions, may only be an
// anchor.
func mayIssue(c *x509.Certificate) bool {
	return c.BasicConstraintsValid && c.IsCA && (c.KeyUsage == 0 || c.KeyUsage&x509.KeyUsageCertSign != 0)
}

// The key usages of which TLS needs one, depending on the cipher suite, which
// is not known here (RFC 8446 section 4.4.2.2, RFC 5246 section 7.4.2).
const tlsKeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement

// usageOK: RFC 5280 section 4.2.1.3 and 4.2.1.12. That issuers limit the
// extended usage of what they issue is practice, not in the RFC.
func (s *search) usageOK(depth int, c *x509.Certificate) bool {
	needed := x509.KeyUsage(tlsKeyUsage)
	if s.rules.ClientAuth {
		needed &^= x509.KeyUsageKeyEncipherment // nothing is encrypted to a client
	}
	if depth == 0 && s.rules.KeyUsage && c.KeyUsage != 0 && c.KeyUsage&needed == 0 {
		return false
	}
	if !s.rules.ServerAuth && !s.rules.ClientAuth || depth > 0 && !s.rules.NestedUsage {
		return true
	}
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	allows := func(u x509.ExtKeyUsage) bool {
		return slices.Contains(c.ExtKeyUsage, u) || !s.rules.RefuseAny && slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
	}
	return (!s.rules.ServerAuth || allows(x509.ExtKeyUsageServerAuth)) && (!s.rules.ClientAuth || allows(x509.ExtKeyUsageClientAuth))
}

// subject names a certificate for a person, on one line.
func subject(c *x509.Certificate) string {
	s := c.Subject.String()
	if s == "" && len(c.DNSNames) > 0 {
		s = c.DNSNames[0]
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	return s
}
