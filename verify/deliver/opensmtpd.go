package deliver

import (
	"context"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
	"mxlab/verify/opensmtpd"
	"mxlab/verify/probe"
)

// opensmtpdTactics sends as a relay action of OpenSMTPD 6.8 does: smtpd.conf(5),
// and what was seen in the running product.
type opensmtpdTactics struct {
	tls    bool // demanded
	verify bool // and the certificate too
	hello  verify.Hello
}

func newOpenSMTPD(p mta.Policy) tactics {
	return opensmtpdTactics{tls: p.Setting() != "relay", verify: p.Setting() == "relay-tls", hello: p.Hello()}
}

func (t opensmtpdTactics) diverts() bool { return true }

func (t opensmtpdTactics) route(hops []verify.Hop) []verify.Hop { return once(sixFirst(hops)) }

func (t opensmtpdTactics) enough(int, int) bool { return false }

func (t opensmtpdTactics) try(ctx context.Context, s *Sender, msg Message, domain string, hop verify.Hop) attempt {
	if hop.Fault != "" {
		return t.withoutAddress(ctx, s, domain, hop)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	if !offersAlone(d) {
		return t.plain(d, s, msg, verify.NotOffered)
	}
	reply, stop := d.StartTLS(ctx, t.hello)
	switch {
	case stop != nil && stop.Cause != verify.ReplyRefused:
		return lost(stop)
	case reply.Code != 220:
		return t.plain(d, s, msg, verify.Refused)
	case d.Early() > 0: // the process ends
		return attempt{outcome: verify.Deferred, reason: verify.ValidationFailure, detail: verify.Detail(verify.HandshakeFailed)}
	}
	shown, stop := d.Handshake(ctx, s.Versions.Of(t.hello).To(hop.Host))
	if stop != nil {
		return t.downgrade(ctx, s, msg, hop, stop.Cause)
	}
	if shown.Asked && s.Client.Cert != nil { // it cannot sign
		return t.downgrade(ctx, s, msg, hop, verify.HandshakeFailed)
	}
	if shown.ChainOctets() > 100<<10 { // SSL_CTX_set_max_cert_list(3)
		return t.downgrade(ctx, s, msg, hop, verify.HandshakeFailed)
	}
	a := t.check(s, shown, hop)
	if a.reason != "" && t.verify {
		d.Quit()
		return left(a.reason, a.detail)
	}
	// RFC 3207 section 4.2: what the host said before TLS is forgotten.
	if stop := d.Hello(s.Client.Name); stop != nil {
		return lost(stop)
	}
	if t.tls && saysHELO(d) {
		d.Quit()
		return left(verify.SMTPRefused, "")
	}
	return t.send(d, msg, a)
}

// withoutAddress is the end only where the domain does not exist, or the DNS
// refuses to say.
func (t opensmtpdTactics) withoutAddress(ctx context.Context, s *Sender, domain string, hop verify.Hop) attempt {
	switch {
	case hop.Fault == verify.HopLookup && hop.Host == "" && len(s.Routes) == 0:
		switch s.lookup(ctx, verify.Question{Name: domain, Type: "MX"}).Status {
		case verify.ServFail, verify.TimeOut, verify.Malformed, verify.Referral:
			return left(verify.DNSFailure, "")
		}
		return attempt{outcome: verify.Bounced, reason: verify.DNSFailure}
	case hop.Fault == verify.HopLookup:
		return left(verify.DNSFailure, "")
	case hop.Fault == verify.HopNullMX && hop.Host == "":
		return left(verify.NullMX, "")
	case hop.Fault == verify.HopNullMX, hop.Host == "":
		return unroutable(hop)
	}
	return left(verify.DNSNXDomain, "")
}

// offersAlone reports whether STARTTLS stands on a line of its own, in capitals,
// with nothing behind it.
func offersAlone(d *probe.Dialogue) bool {
	return d.Offers("STARTTLS") && slices.ContainsFunc(d.Lines(), func(l verify.Line) bool {
		return !l.Client && len(l.Text) == len("250 STARTTLS") && l.Text[4:] == "STARTTLS"
	})
}

// saysHELO reports whether EHLO was refused.
func saysHELO(d *probe.Dialogue) bool {
	return slices.ContainsFunc(d.Lines(), func(l verify.Line) bool { return l.Client && l.TLS && strings.HasPrefix(l.Text, "HELO") })
}

// plain goes on without TLS on the same connection, if that may be.
func (t opensmtpdTactics) plain(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.tls {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return t.clear(d, s, msg, verify.STARTTLSNotSupported, detail)
}

// downgrade connects once more without TLS, if that may be: not to a host that
// fell silent.
func (t opensmtpdTactics) downgrade(ctx context.Context, s *Sender, msg Message, hop verify.Hop, cause verify.Cause) attempt {
	if t.tls || cause == verify.HandshakeSilent {
		return left(verify.ValidationFailure, verify.Detail(cause))
	}
	if s.Portal {
		return diverted(verify.ValidationFailure, verify.Detail(cause))
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	return t.clear(d, s, msg, verify.ValidationFailure, verify.Detail(cause))
}

func (t opensmtpdTactics) clear(d *probe.Dialogue, s *Sender, msg Message, reason verify.Reason, detail verify.Detail) attempt {
	if s.Portal {
		d.Quit()
		return diverted(reason, detail)
	}
	return t.send(d, msg, attempt{outcome: verify.Cleartext, reason: reason, detail: detail})
}

// send hands the message over. Whatever comes of it, no other host is tried.
func (t opensmtpdTactics) send(d *probe.Dialogue, msg Message, a attempt) attempt {
	a = send(d, msg, a)
	a.next = false
	return a
}

// check says whether the certificate holds.
func (t opensmtpdTactics) check(s *Sender, shown *verify.TLS, hop verify.Hop) attempt {
	if opensmtpd.Unfit(shown) {
		return attempt{outcome: verify.Encrypted, reason: verify.ValidationFailure}
	}
	path := s.Paths.Build(shown.Chain, s.Anchors, s.Client.Now(), opensmtpd.Library())
	if !path.OK() {
		reason, detail := verify.PathReason(path)
		return attempt{outcome: verify.Encrypted, reason: reason, detail: detail}
	}
	kind, name := "mx ", hop.Host
	if len(s.Routes) > 0 {
		kind = "route "
	}
	if len(hop.Routes) > 0 {
		name = hop.Routes[0]
	}
	if _, why := opensmtpd.Match(opensmtpd.Names(path.Leaf, name), name); why != "" {
		return attempt{outcome: verify.Encrypted, reason: verify.CertificateHostMismatch}
	}
	return attempt{outcome: verify.Verified, match: kind + name}
}

// again is 400 seconds times the square of the number of the retry, from when
// the message came; a time that has passed is left out. After four days the
// message is given up.
func (t opensmtpdTactics) again(failed int, age time.Duration, _ verify.Reason) (wait time.Duration, again bool) {
	due := func() time.Duration { return time.Duration(failed*failed) * 400 * time.Second }
	for due() <= age {
		failed++
	}
	return due() - age, due() <= 4*24*time.Hour
}
