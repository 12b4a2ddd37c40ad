package deliver

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"

	"mxlab/verify"
)

// byDomainOrPTR is Cisco 213197, TLS Required - Verify: the dNSNames against
// the recipient's domain, the CN against the domain, then against each PTR name
// of the address that leads back to it. It returns the match, or nothing.
func (t esaTactics) byDomainOrPTR(ctx context.Context, s *Sender, leaf *x509.Certificate, domain string, hop verify.Hop) string {
	if t.oneOf(leaf.DNSNames, domain) {
		return "domain " + domain
	}
	cn := leaf.Subject.CommonName
	old := t.option("algorithm") == "old" // Cisco 118583
	if cn == "" || old && strings.Contains(cn, "*") {
		return ""
	}
	if t.oneOf([]string{cn}, domain) {
		return "domain " + domain
	}
	addr := hop.Addr.Addr()
	ptr := s.lookup(ctx, verify.Question{Name: verify.ReverseName(addr), Type: "PTR"})
	for _, name := range ptr.Names {
		if !old && !slices.Contains(s.addresses(ctx, name, addr), addr.Unmap()) {
			continue
		}
		if t.oneOf([]string{cn}, name) {
			return "ptr " + name
		}
	}
	return ""
}

// hosted is Cisco 213197, TLS Required - Verify Hosted Domains: the dNSNames,
// or the CN where there is none, against the domain; then against the names of
// SMTP routes, if there are any, or else against the MX names.
func (t esaTactics) hosted(ctx context.Context, s *Sender, leaf *x509.Certificate, domain string, hop verify.Hop) string {
	names := leaf.DNSNames
	if len(names) == 0 && leaf.Subject.CommonName != "" {
		names = []string{leaf.Subject.CommonName}
	}
	if t.oneOf(names, domain) {
		return "domain " + domain
	}
	kind, candidates := "route ", t.routeNames(s, hop)
	if candidates == nil {
		kind, candidates = "mx ", t.mxNames(ctx, s, domain, hop)
	}
	for _, c := range candidates {
		if t.oneOf(names, c) {
			return kind + c
		}
	}
	return ""
}

// routeNames gives the route names that count for a host; nil if no route has
// a name, and an empty list if there are some, but none for this host.
func (t esaTactics) routeNames(s *Sender, hop verify.Hop) []string {
	var names []string
	for _, r := range s.Routes {
		if r.Name == "" {
			continue
		}
		if names == nil {
			names = []string{}
		}
		if t.option("route-names") == "all" || slices.Contains(hop.Routes, r.Name) {
			names = append(names, r.Name)
		}
	}
	return names
}

// mxNames gives the MX names that count for a host.
func (t esaTactics) mxNames(ctx context.Context, s *Sender, domain string, hop verify.Hop) []string {
	if t.option("mx-names") == "connected" && len(s.Routes) == 0 {
		return []string{hop.Host}
	}
	answer := s.lookup(ctx, verify.Question{Name: domain, Type: "MX"})
	if answer.Status == verify.NoData {
		return []string{domain}
	}
	slices.SortStableFunc(answer.MX, func(a, b verify.MX) int { return int(a.Preference) - int(b.Preference) })
	var names []string
	for _, mx := range answer.MX {
		if mx.Host != "." {
			names = append(names, mx.Host)
		}
	}
	return names
}

// oneOf reports whether any presented name matches the reference.
func (t esaTactics) oneOf(presented []string, reference string) bool {
	stars := verify.WholeLabel
	if t.option("wildcard") == "rfc2818" {
		stars = verify.Fragments
	}
	_, why := verify.MatchAny(presented, reference, stars)
	return why == ""
}
