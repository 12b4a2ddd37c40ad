package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// Advice says in a sentence what to change so that the message is delivered to
// a host that proves who it is, and at which end: the sender's (a setting, a
// route, a trusted authority) or the recipient's (the certificate, STARTTLS,
// the DNS).
func Advice(a verify.Assessment, m verify.Assessed) string {
	d := m.Delivery
	if d.Tried == 0 {
		return "nothing was tried"
	}
	hop := a.Hops[m.Last()]
	switch d.Outcome {
	case verify.Verified:
		return "nothing: " + known(d.Match)
	case verify.Encrypted:
		if d.Reason == "" {
			blind := "this setting does not look at the certificate"
			if !settingOf(m.Policy.Mode()).Blind {
				blind = "the certificate is a valid one, and this setting does not ask whom it names"
			}
			return "nothing if encryption is enough: " + blind + "; " + alternative(a, m)
		}
	case verify.Cleartext:
		if d.Reason == "" {
			return "sender's end: this setting never uses TLS; " + alternative(a, m)
		}
	case verify.Diverted:
		if d.Reason == "" {
			return "sender's end: this setting never uses TLS, so that all mail goes to the portal; " + alternative(a, m)
		}
	}
	switch d.Reason {
	case verify.DNSNXDomain:
		if _, err := netip.ParseAddr(hop.Host); err == nil {
			return fmt.Sprintf("recipient's end: the MX record holds the address %s; name a host there that has an A record with it", hop.Host)
		}
		if hop.Host != "" {
			return fmt.Sprintf("recipient's end: the MX record names %s, which has no address; publish its A record or correct the MX", hop.Host)
		}
		return "sender's end: check the spelling of the address; recipient's end: the domain is not in the DNS"
	case verify.DNSFailure:
		return "recipient's end: the name servers do not answer for the name (see lookups); the message waits until they do"
	case verify.NullMX:
		return "sender's end: do not write to this domain; its null MX says that it takes no mail"
	case verify.Unreachable:
		return fmt.Sprintf("recipient's end: no SMTP conversation with %s comes about; check the host, its firewall on port 25, and the A record", hop.Host)
	case verify.GreetingRefused:
		return fmt.Sprintf("ask the operator of %s why it refuses this sender at the greeting", hop.Host)
	case verify.SMTPRefused:
		return fmt.Sprintf("ask the operator of %s why it refuses the message; TLS is not the cause", hop.Host)
	case verify.STARTTLSNotSupported:
		return noSTARTTLS(a, m, hop)
	case verify.CertificateExpired:
		return fmt.Sprintf("recipient's end: renew the certificate of %s and load it into the running server", hop.Host)
	case verify.CertificateNotTrusted:
		return notTrusted(d, hop, cureOf(d.Mode))
	case verify.CertificateHostMismatch:
		return mismatch(a, m, hop)
	}
	switch pkix.Kind(d.Detail) {
	case pkix.NotYetValid:
		return fmt.Sprintf("recipient's end: the certificate of %s is not valid yet; wait, or install one that is; check both clocks", hop.Host)
	case pkix.Usage:
		return fmt.Sprintf("recipient's end: reissue the certificate of %s with serverAuth among its extended key usages", hop.Host)
	case pkix.Revoked:
		return fmt.Sprintf("recipient's end: the certificate of %s, or one above it, was revoked; have another one issued, for a new key", hop.Host)
	case pkix.RevocationOffline:
		return fmt.Sprintf("sender's end: let the server reach the lists and responders that the certificate of %s names (see the checks), through the proxy if there is one; recipient's end: ask the authority why they do not answer", hop.Host)
	}
	switch verify.Cause(d.Detail) {
	case verify.HandshakeVersion:
		return fmt.Sprintf("recipient's end: enable TLS 1.2 or newer on %s", hop.Host) + senders(", if there must be mail until then", cureOf(d.Mode).versions)
	}
	return fmt.Sprintf("recipient's end: %s says 220 to STARTTLS and then does not do TLS (%s); check its certificate and key, its TLS settings, and devices in between", hop.Host, d.Detail)
}

// known says by what a host was known, and what that does not prove.
func known(match string) string {
	kind, name, _ := strings.Cut(match, " ")
	switch verify.Kind(kind) {
	case verify.RefPTR:
		return fmt.Sprintf("the certificate names %s, the address's own reverse name; it proves who runs the address, not that the domain chose that host", name)
	case verify.RefMX:
		return fmt.Sprintf("the certificate names the MX host %s; that is as sure as the DNS answer that named it", name)
	case verify.RefRoute:
		return fmt.Sprintf("the certificate names %s, the SMTP route that the sender configured", name)
	case verify.RefTLSDomain:
		return fmt.Sprintf("the certificate names %s, the TlsDomain that the sender configured", name)
	case verify.RefCertificate:
		return "the certificate is one that the sender knew beforehand"
	}
	return fmt.Sprintf("the certificate names the recipient's domain %s itself", name)
}

// noSTARTTLS is the advice where TLS did not come about before the 220.
func noSTARTTLS(a verify.Assessment, m verify.Assessed, hop verify.Hop) string {
	verb := m.Policy.Hello().Command()
	text := fmt.Sprintf("recipient's end: let %s offer %s", hop.Host, verb)
	s, _ := a.Evidence.At(hop).Session(m.Policy.Hello())
	if m.Delivery.Detail == verify.Refused {
		text = fmt.Sprintf("recipient's end: %s offers %s but refuses it with %d; check its certificate, key and TLS engine", hop.Host, verb, s.STARTTLS.Code)
	}
	if s != nil {
		for _, l := range s.Dialogue {
			if !l.Client && strings.Contains(l.Text, "XXXX") {
				text = fmt.Sprintf("recipient's end: a firewall in front of %s overwrites the STARTTLS keyword (XXXX); switch off its SMTP inspection", hop.Host)
			}
			if !l.Client && !s.Offered && verb == "STARTTLS" && strings.Contains(strings.ToUpper(l.Text), verb) {
				text = fmt.Sprintf("recipient's end: %s names STARTTLS on the greeting line of its EHLO reply; it must stand on a line of its own", hop.Host)
			}
		}
	}
	if m.Delivery.Outcome == verify.Cleartext {
		return text + senders("", cureOf(m.Policy.Mode()).insist+" keeps the message from going in clear text")
	}
	if m.Delivery.Outcome == verify.Diverted {
		return text + "; until then the sender's portal has the mail"
	}
	return text + senders(", if the mail may go in clear text", cureOf(m.Policy.Mode()).relax)
}

// notTrusted is the advice where the certificate leads to no trusted authority.
func notTrusted(d verify.Delivery, hop verify.Hop, c cure) string {
	if d.Detail == verify.NotKnown {
		return fmt.Sprintf("sender's end: renew the subscription of %s, so that the directory holds the certificate that it shows now; recipient's end, until then: let it show the one that the directory holds", hop.Host)
	}
	switch pkix.Kind(d.Detail) {
	case pkix.MissingIntermediate:
		return fmt.Sprintf("recipient's end: let %s send the intermediate certificate along with its own", hop.Host)
	case pkix.SelfSigned:
		return fmt.Sprintf("recipient's end: a certificate of a public authority for %s", hop.Host) + senders(", if its operator can be asked whether the certificate is his", c.trust)
	case pkix.UnknownCA:
		return fmt.Sprintf("recipient's end: a certificate of a public authority for %s", hop.Host) + senders(", if the root of the authority is known to you", c.trust)
	}
	return fmt.Sprintf("recipient's end: have the certificate of %s reissued by a trusted authority (%s)", hop.Host, d.Detail)
}

// mismatch is the advice where no name matched: reissue, add a route, choose
// another setting.
func mismatch(a verify.Assessment, m verify.Assessed, hop verify.Hop) string {
	var parts []string
	// A setting that has nothing to compare with is not helped by another name.
	if slices.ContainsFunc(m.Verdicts[m.Last()].Checks, func(c verify.Check) bool { return c.Result == verify.NoMatch }) {
		parts = append(parts, fmt.Sprintf("recipient's end: ask the operator of %s for a certificate with %s among its dNSNames", hop.Host, wantedName(a, m, hop)))
	}
	if route := routeName(a, m, hop); route != "" {
		parts = append(parts, fmt.Sprintf("sender's end: an SMTP route %s to %s, a name of this host that its certificate has", a.Evidence.Domain, route))
	}
	mode := m.Policy.Mode()
	helped := false
	if name := presentedName(a, m, hop); name != "" && cureOf(mode).expect != "" && settingOf(mode).Insists() {
		helped = true
		parts = append(parts, fmt.Sprintf("sender's end: %s %s, if that is whom the recipient calls its host", cureOf(mode).expect, name))
	}
	if other := alternative(a, m); other != noOther || !helped {
		parts = append(parts, "sender's end: "+other)
	}
	return strings.Join(parts, "; or ")
}

// wantedName is the name that the setting would accept and that the operator
// of the host can put on a certificate.
func wantedName(a verify.Assessment, m verify.Assessed, hop verify.Hop) string {
	v := m.Verdicts[m.Last()]
	for _, kind := range []verify.Kind{verify.RefRoute, verify.RefMX} {
		for _, c := range v.Checks {
			if c.Kind == kind && c.Reference != "" && c.Result == verify.NoMatch && (kind == verify.RefRoute || c.Reference == hop.Host) {
				return c.Reference
			}
		}
	}
	return a.Evidence.Domain
}

// routeName finds a name of the host that its certificate has and that leads to
// it, for the setting that compares route names.
func routeName(a verify.Assessment, m verify.Assessed, hop verify.Hop) string {
	if !strings.Contains(m.Policy.Mode(), "hosted") {
		return ""
	}
	leaf := shownLeaf(a, m, hop)
	if leaf == nil {
		return ""
	}
	candidates := []string{hop.Host}
	if _, entries, needs := a.Evidence.Reverse(hop.Addr.Addr()); len(needs) == 0 {
		for _, e := range entries {
			if e.Confirmed {
				candidates = append(candidates, e.Name)
			}
		}
	}
	for _, c := range candidates {
		if _, why := verify.MatchAny(leaf.DNSNames, c, verify.WholeLabel); why == "" && !slices.Contains(hop.Routes, c) {
			return c
		}
	}
	return ""
}

const noOther = "no other setting would verify the host"

// alternative names a setting of the same product that sends over TLS only, and
// under which the same evidence is verified: a documented one, if there is any.
func alternative(a verify.Assessment, m verify.Assessed) string {
	product, _, _ := strings.Cut(m.Policy.Mode(), "/")
	unsure := noOther
	for _, other := range a.Modes {
		mode := other.Policy.Mode()
		if other.Delivery.Outcome != verify.Verified || mode == m.Policy.Mode() || !strings.HasPrefix(mode, product+"/") || !settingOf(mode).Insists() {
			continue
		}
		text := fmt.Sprintf("%s verifies the host as %s", mode, other.Delivery.Match)
		if other.Delivery.Certainty.Solid() {
			return text
		}
		unsure = text + " (" + other.Delivery.Certainty.String() + ")"
	}
	return unsure
}
