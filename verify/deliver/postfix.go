package deliver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
	"mxlab/verify/postfix"
	"mxlab/verify/probe"
)

// postfixTactics sends as smtp(8) of Postfix 3.7 does under a level of
// smtp_tls_security_level: TLS_README, postconf(5), and what was seen in the
// running product.
type postfixTactics struct {
	level string
	key   bool // public keys are pinned, not certificates
	hello verify.Hello
}

func newPostfix(p mta.Policy) tactics {
	return postfixTactics{level: p.Setting(), key: p.Option("pin") == "key", hello: p.Hello()}
}

func (t postfixTactics) diverts() bool { return true }

func (t postfixTactics) route(hops []verify.Hop) []verify.Hop { return hops }

// enough is smtp_mx_address_limit and smtp_mx_session_limit.
func (t postfixTactics) enough(addresses, asked int) bool { return addresses >= 5 || asked >= 2 }

func (t postfixTactics) try(ctx context.Context, s *Sender, msg Message, domain string, hop verify.Hop) attempt {
	if hop.Fault == verify.HopNullMX {
		return attempt{outcome: verify.Bounced, reason: verify.NullMX}
	}
	if hop.Fault != "" {
		return unroutable(hop)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	if t.level == "none" {
		return s.inClear(d, msg, "", "")
	}
	if !d.Offers("STARTTLS") {
		return t.plain(d, s, msg, verify.NotOffered)
	}
	reply, stop := d.StartTLS(ctx, t.hello)
	switch {
	case stop != nil && stop.Cause != verify.ReplyRefused:
		return lost(stop)
	case reply.Code != 220:
		return t.plain(d, s, msg, verify.Refused)
	}
	shown, stop := d.Handshake(ctx, s.Versions.Of(t.hello).To(hop.Host))
	if stop != nil {
		return t.broken(ctx, s, msg, hop, verify.Detail(stop.Cause))
	}
	if shown.ChainOctets() > 100<<10 || t.mustMatch() && signedWithSHA1(shown) { // SSL_CTX_set_max_cert_list(3)
		return t.broken(ctx, s, msg, hop, verify.Detail(verify.HandshakeFailed))
	}
	a := t.certificate(s, shown, domain, hop)
	if a.outcome == verify.Deferred {
		d.Quit()
		return a
	}
	// RFC 3207 section 4.2: what the host said before TLS is forgotten.
	if stop := d.Hello(s.Client.Name); stop != nil {
		return lost(stop)
	}
	return send(d, msg, a)
}

// plain goes on without TLS on the same connection, if that may be.
func (t postfixTactics) plain(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.level != "may" {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return s.inClear(d, msg, verify.STARTTLSNotSupported, detail)
}

// broken leaves the host, unless the level is may and the message has waited for
// minimal_backoff_time: then it goes in clear text.
func (t postfixTactics) broken(ctx context.Context, s *Sender, msg Message, hop verify.Hop, detail verify.Detail) attempt {
	if t.level != "may" || s.age < 5*time.Minute {
		return left(verify.ValidationFailure, detail)
	}
	if s.Portal {
		return diverted(verify.ValidationFailure, detail)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	return s.inClear(d, msg, verify.ValidationFailure, detail)
}

// certificate looks at it as far as the level does: the attempt stands where the
// message is to be sent.
func (t postfixTactics) certificate(s *Sender, shown *verify.TLS, domain string, hop verify.Hop) attempt {
	switch t.level {
	case "may", "encrypt":
		return attempt{outcome: verify.Encrypted}
	case "fingerprint":
		leaf, err := x509.ParseCertificate(shown.Chain[0])
		if err != nil || !t.pinned(s, leaf) {
			return left(verify.CertificateNotTrusted, verify.NotKnown)
		}
		return attempt{outcome: verify.Verified, match: strings.TrimSpace("certificate " + judge.NameOf(leaf))}
	}
	path := s.Paths.Build(shown.Chain, s.Anchors, s.Client.Now(), postfix.Library())
	if !path.OK() {
		reason, detail := verify.PathReason(path)
		return left(reason, detail)
	}
	names := path.Leaf.DNSNames
	if len(names) == 0 {
		names = judge.CommonNames(path.Leaf)
	}
	kind, references := t.references(s, domain, hop)
	for _, r := range references {
		if _, why := postfix.Match(names, r); why == "" {
			return attempt{outcome: verify.Verified, match: kind + r}
		}
	}
	return left(verify.CertificateHostMismatch, "")
}

// references are smtp_tls_verify_cert_match = hostname, and
// smtp_tls_secure_cert_match = nexthop, dot-nexthop.
func (t postfixTactics) references(s *Sender, domain string, hop verify.Hop) (kind string, names []string) {
	kind = map[string]string{"verify": "mx ", "secure": "domain "}[t.level]
	if len(s.Routes) > 0 {
		kind = "route "
	}
	if t.level == "verify" {
		names = append(names, hop.Host)
		for i, route := range hop.Routes {
			if i > 0 {
				names = append(names, route)
			}
		}
		return kind, names
	}
	next := hop.Routes
	switch {
	case len(s.Routes) == 0:
		next = []string{domain}
	case len(next) == 0:
		next = []string{hop.Host}
	}
	for _, n := range next {
		names = append(names, n, "."+n)
	}
	return kind, names
}

// mustMatch tells the levels that look at the certificate, for which OpenSSL is at
// its security level 1.
func (t postfixTactics) mustMatch() bool { return t.level != "may" && t.level != "encrypt" }

// signedWithSHA1 tells whether the host signed the key exchange as TLS had it before
// 1.2; RSA key transport has no signature.
func signedWithSHA1(shown *verify.TLS) bool {
	switch shown.Cipher {
	case tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA:
		return false
	}
	return shown.Version < tls.VersionTLS12
}

func (t postfixTactics) pinned(s *Sender, leaf *x509.Certificate) bool {
	for _, der := range s.Known {
		known, err := x509.ParseCertificate(der)
		switch {
		case err != nil:
		case t.key && bytes.Equal(known.RawSubjectPublicKeyInfo, leaf.RawSubjectPublicKeyInfo):
			return true
		case !t.key && bytes.Equal(known.Raw, leaf.Raw):
			return true
		}
	}
	return false
}

// again: five minutes, then as long as the message is old, up to 4,000 seconds; a
// message that is five days old when it fails is given up.
func (t postfixTactics) again(_ int, age time.Duration, _ verify.Reason) (wait time.Duration, again bool) {
	switch wait = age; {
	case wait < 5*time.Minute:
		wait = 5 * time.Minute
	case wait > 4000*time.Second:
		wait = 4000 * time.Second
	}
	return wait, age < 5*24*time.Hour
}
