package pkix

import (
	"crypto/x509"
	"net"
	"net/url"
	"strings"
)

// maxComparisons bounds what one issuer's constraints on one certificate's
// names may cost. Beyond it they count as not permitted (RFC 5280 section
// 4.2.1.10: what cannot be processed is rejected).
const maxComparisons = 250_000

// permits reports whether every name of a certificate is within the
// constraints of an issuer above it (RFC 5280 section 4.2.1.10).
func (s *search) permits(issuer, n *node, leaf bool) bool {
	if ok, known := issuer.permitted[n]; known {
		return ok
	}
	if issuer.permitted == nil {
		issuer.permitted = map[*node]bool{}
	}
	ok := permits(issuer.cert, n.cert, leaf && s.rules.ConstrainCN)
	issuer.permitted[n] = ok
	return ok
}

func permits(issuer, c *x509.Certificate, commonName bool) bool {
	limits := len(issuer.PermittedDNSDomains) + len(issuer.ExcludedDNSDomains) +
		len(issuer.PermittedIPRanges) + len(issuer.ExcludedIPRanges) +
		len(issuer.PermittedEmailAddresses) + len(issuer.ExcludedEmailAddresses) +
		len(issuer.PermittedURIDomains) + len(issuer.ExcludedURIDomains)
	names := 1 + len(c.DNSNames) + len(c.IPAddresses) + len(c.EmailAddresses) + len(c.URIs)
	switch {
	case limits == 0:
		return true
	case limits*names > maxComparisons:
		return false
	}
	dns := c.DNSNames
	if commonName && len(dns) == 0 && strings.Contains(c.Subject.CommonName, ".") {
		dns = []string{c.Subject.CommonName}
	}
	return within(dns, issuer.PermittedDNSDomains, issuer.ExcludedDNSDomains, dnsBelow, dnsMeets) &&
		within(c.IPAddresses, issuer.PermittedIPRanges, issuer.ExcludedIPRanges, inRange, inRange) &&
		within(c.EmailAddresses, issuer.PermittedEmailAddresses, issuer.ExcludedEmailAddresses, mailIn, mailIn) &&
		within(c.URIs, issuer.PermittedURIDomains, issuer.ExcludedURIDomains, uriIn, uriMeets)
}

// within: a constraint binds only names of its own form, and an exclusion beats
// a permission.
func within[N, L any](names []N, permitted, excluded []L, in, meets func(N, L) bool) bool {
	for _, n := range names {
		ok := len(permitted) == 0
		for _, l := range permitted {
			if in(n, l) {
				ok = true
				break
			}
		}
		if !ok {
			return false
		}
		for _, l := range excluded {
			if meets(n, l) {
				return false
			}
		}
	}
	return true
}

// dnsBelow: the name itself, and any with labels added to the left. A leading
// dot, which is not in the RFC, means that a label must be added, as in
// OpenSSL and crypto/x509.
func dnsBelow(name, limit string) bool {
	name = strings.TrimSuffix(name, ".")
	i := len(name) - len(limit)
	return limit == "" || i >= 0 && strings.EqualFold(name[i:], limit) && (i == 0 || limit[0] == '.' || name[i-1] == '.')
}

// dnsMeets is dnsBelow for exclusions, where *.example meets mx.example,
// because the star may stand for it. The RFC is silent; crypto/x509 does so.
func dnsMeets(name, limit string) bool {
	if dnsBelow(name, limit) {
		return true
	}
	rest, star := strings.CutPrefix(strings.TrimSuffix(name, "."), "*.")
	_, parent, dotted := strings.Cut(limit, ".")
	return star && dotted && strings.EqualFold(rest, parent)
}

func inRange(ip net.IP, limit *net.IPNet) bool {
	return len(ip) == len(limit.IP) && limit.Contains(ip)
}

// mailIn: a mailbox, all mailboxes of a host, or with a leading dot those of
// the hosts below it.
func mailIn(mail, limit string) bool {
	at := strings.LastIndexByte(mail, '@')
	if at < 0 {
		return false
	}
	if l := strings.LastIndexByte(limit, '@'); l >= 0 {
		return mail[:at] == limit[:l] && strings.EqualFold(mail[at:], limit[l:])
	}
	return hostIn(mail[at+1:], limit)
}

func uriIn(u *url.URL, limit string) bool {
	host := u.Hostname()
	return host != "" && net.ParseIP(host) == nil && hostIn(host, limit)
}

// uriMeets: a URI without a host name cannot be held against an exclusion, and
// what cannot be processed is rejected.
func uriMeets(u *url.URL, limit string) bool {
	host := u.Hostname()
	return host == "" || net.ParseIP(host) != nil || hostIn(host, limit)
}

func hostIn(host, limit string) bool {
	switch {
	case limit == "":
		return true
	case limit[0] == '.':
		return len(host) > len(limit) && strings.EqualFold(host[len(host)-len(limit):], limit)
	}
	return strings.EqualFold(host, limit)
}
