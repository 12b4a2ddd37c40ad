package deliver

import (
	"context"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
	"mxlab/verify/sendmail"
)

// sendmailTactics sends as sendmail 8.17 does under an entry TLS_Srv of its access
// map: cf/README, and what was seen in the running product.
type sendmailTactics struct {
	setting string
	hello   verify.Hello
	clear   bool // TLSFallbacktoClear
}

func newSendmail(p mta.Policy) tactics {
	return sendmailTactics{setting: p.Setting(), hello: p.Hello(), clear: p.Option("tls-fallback-to-clear") == "yes"}
}

func (t sendmailTactics) diverts() bool { return true }

func (t sendmailTactics) hostwise() {}

func (t sendmailTactics) lastDecides() {}

func (t sendmailTactics) enough(int, int) bool { return false }

func (t sendmailTactics) route(hops []verify.Hop) []verify.Hop { return sixFirst(hops) }

func (t sendmailTactics) needsTLS() bool { return t.setting != "opportunistic" }

func (t sendmailTactics) try(ctx context.Context, s *Sender, msg Message, _ string, hop verify.Hop) attempt {
	if hop.Fault != "" {
		return unroutable(hop)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		a := lost(stop)
		if stop.Stage == verify.StageGreeting && stop.Cause == verify.ReplyRefused && !stop.Reply.Transient() {
			a.outcome = verify.Bounced
		}
		a.spoke = stop.Stage != verify.StageConnect
		return a
	}
	a := t.talk(ctx, s, d, msg, hop)
	a.spoke = true
	return a
}

// talk goes on behind EHLO.
func (t sendmailTactics) talk(ctx context.Context, s *Sender, d *probe.Dialogue, msg Message, hop verify.Hop) attempt {
	if !d.Offers("STARTTLS") {
		return t.plain(d, s, msg, verify.NotOffered)
	}
	reply, stop := d.StartTLS(ctx, t.hello)
	switch {
	case stop != nil && stop.Cause != verify.ReplyRefused:
		return lost(stop)
	case reply.Code != 220 && reply.Positive():
		d.Quit()
		return left(verify.STARTTLSNotSupported, verify.Refused)
	case reply.Code != 220:
		return t.plain(d, s, msg, verify.Refused)
	}
	shown, stop := d.Handshake(ctx, s.Versions.Of(t.hello).To(hop.Host))
	switch {
	case stop != nil:
		return t.broken(ctx, s, msg, hop, verify.Detail(stop.Cause))
	case shown.ChainOctets() > 100<<10: // SSL_CTX_set_max_cert_list(3)
		return t.broken(ctx, s, msg, hop, verify.Detail(verify.HandshakeFailed))
	}
	a := attempt{outcome: verify.Encrypted}
	if strings.HasPrefix(t.setting, "verify") {
		if a = t.check(s, shown, hop); a.reason != "" {
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

// plain goes on without TLS on the same connection, if that may be.
func (t sendmailTactics) plain(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.needsTLS() {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return s.inClear(d, msg, verify.STARTTLSNotSupported, detail)
}

// broken is the end of the connection; only by an option is there another one in
// clear text.
func (t sendmailTactics) broken(ctx context.Context, s *Sender, msg Message, hop verify.Hop, detail verify.Detail) attempt {
	if !t.clear {
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

// check is verify=OK, and then, with CN, the one name.
func (t sendmailTactics) check(s *Sender, shown *verify.TLS, hop verify.Hop) attempt {
	path := s.Paths.Build(shown.Chain, s.Anchors, s.Client.Now(), pkix.OpenSSL(2))
	if !path.OK() {
		reason, detail := verify.PathReason(path)
		return attempt{reason: reason, detail: detail}
	}
	if t.setting == "verify" {
		return attempt{outcome: verify.Encrypted}
	}
	if _, why := sendmail.Match(sendmail.CommonName(path.Leaf), hop.Host); why != "" {
		return attempt{reason: verify.CertificateHostMismatch}
	}
	kind := "mx "
	if len(s.Routes) > 0 {
		kind = "route "
	}
	return attempt{outcome: verify.Verified, match: kind + hop.Host}
}

// again: the queue is run every ten minutes. A run that fails when the message is
// more than five days old is its last.
func (t sendmailTactics) again(_ int, age time.Duration, _ verify.Reason) (wait time.Duration, again bool) {
	return 10 * time.Minute, age <= 5*24*time.Hour
}
