package deliver

import (
	"context"

	"mxlab/verify"
	"mxlab/verify/esa"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// esaTactics sends as the Cisco ESA does under one setting of Destination
// Controls, told by its number in destconfig. Sources: Cisco 118955 for the
// actions, Cisco 213197 and 200537 for the identity algorithms.
type esaTactics struct {
	number int
	hello  verify.Hello
	option func(string) string
}

func newESA(p esa.Policy) tactics {
	return esaTactics{number: p.Setting().Number, hello: p.Hello(), option: p.Option}
}

func (t esaTactics) wantsTLS() bool   { return t.number != 1 }
func (t esaTactics) needsTLS() bool   { return t.number == 3 || t.number == 5 || t.number == 6 }
func (t esaTactics) verifies() bool   { return t.number >= 4 }
func (t esaTactics) needsProof() bool { return t.number >= 5 }

// diverts is table 18-2 of the AsyncOS 9.1.2 user guide, for a content filter
// that encrypts what cannot be sent over TLS: not where TLS is required.
func (t esaTactics) diverts() bool { return !t.needsTLS() }

func (t esaTactics) try(ctx context.Context, s *Sender, msg Message, domain string, hop verify.Hop) attempt {
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
	if !t.wantsTLS() {
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
	session, stop := d.Handshake(ctx, s.Versions.Of(t.hello).To(hop.Host))
	if stop != nil {
		return t.failedHandshake(ctx, s, msg, hop, verify.Detail(stop.Cause))
	}
	if session.ChainOctets() > 100<<10 { // SSL_CTX_set_max_cert_list(3)
		return t.failedHandshake(ctx, s, msg, hop, verify.Detail(verify.HandshakeFailed))
	}
	a := attempt{outcome: verify.Encrypted}
	if t.verifies() {
		a.reason, a.detail, a.match = t.verifyPeer(ctx, s, session, domain, hop)
		switch {
		case a.reason == "":
			a.outcome = verify.Verified
		case t.needsProof():
			d.Quit()
			return left(a.reason, a.detail)
		}
	}
	// RFC 3207 section 4.2: what the host said before TLS is forgotten.
	if stop := d.Hello(s.Client.Name); stop != nil {
		return lost(stop)
	}
	return send(d, msg, a)
}

// plain goes on without TLS, on the same connection, if the setting allows it.
func (t esaTactics) plain(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.needsTLS() {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return s.inClear(d, msg, verify.STARTTLSNotSupported, detail)
}

// failedHandshake is the end, because there is no clear text after the 220:
// but for setting 4 that is deduced, and an option says otherwise.
func (t esaTactics) failedHandshake(ctx context.Context, s *Sender, msg Message, hop verify.Hop, detail verify.Detail) attempt {
	if t.number != 4 || t.option("after220") != "clear" {
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

// verifyPeer checks the certificate's path and then its names. It returns no
// reason if the peer is who it should be, and then what it was known by.
func (t esaTactics) verifyPeer(ctx context.Context, s *Sender, session *verify.TLS, domain string, hop verify.Hop) (verify.Reason, verify.Detail, string) {
	path := s.Paths.Build(session.Chain, s.Anchors, s.Client.Now(), pkix.OpenSSL(1))
	if !path.OK() {
		reason, detail := verify.PathReason(path)
		return reason, detail, ""
	}
	match := ""
	if t.number == 6 {
		match = t.hosted(ctx, s, path.Leaf, domain, hop)
	} else {
		match = t.byDomainOrPTR(ctx, s, path.Leaf, domain, hop)
	}
	if match == "" {
		return verify.CertificateHostMismatch, "", ""
	}
	return "", "", match
}
