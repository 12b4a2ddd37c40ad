package deliver

import (
	"context"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/exim"
	"mxlab/verify/mta"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// eximTactics sends as the smtp transport of Exim 4.96 does: its specification,
// and what was seen in the running product.
type eximTactics struct {
	require bool // hosts_require_tls
	verify  bool // tls_verify_hosts
	hello   verify.Hello
}

func newExim(p mta.Policy) tactics {
	both := p.Setting() == "require-and-verify"
	return eximTactics{require: both || p.Setting() == "hosts-require-tls", verify: both || p.Setting() == "tls-verify-hosts", hello: p.Hello()}
}

func (t eximTactics) diverts() bool { return true }

func (t eximTactics) route(hops []verify.Hop) []verify.Hop { return once(sixFirst(hops)) }

func (t eximTactics) lastDecides() {}

func (t eximTactics) enough(int, int) bool { return false }

func (t eximTactics) try(ctx context.Context, s *Sender, msg Message, _ string, hop verify.Hop) attempt {
	if hop.Fault != "" {
		return unroutable(hop)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return t.lost(stop)
	}
	if !offersInCapitals(d) {
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
		return t.broken(ctx, s, msg, hop, verify.ValidationFailure, verify.Detail(stop.Cause))
	}
	if d.Early() > 0 || exim.Refuses(shown) {
		return t.broken(ctx, s, msg, hop, verify.ValidationFailure, verify.Detail(verify.HandshakeFailed))
	}
	a := t.check(s, shown, hop)
	if a.reason != "" && t.verify {
		return t.broken(ctx, s, msg, hop, a.reason, a.detail)
	}
	// RFC 3207 section 4.2: what the host said before TLS is forgotten.
	stop = d.Hello(s.Client.Name)
	refused := stop != nil && stop.Cause == verify.ReplyRefused && stop.Reply.Code != 421
	if refused || saysHELO(d) { // Exim says MAIL instead, and is refused
		d.Quit()
		return attempt{outcome: verify.Bounced, reason: verify.SMTPRefused}
	}
	if stop != nil {
		return t.early(ctx, s, msg, hop, stop)
	}
	return send(d, msg, a)
}

// lost is the end of a conversation before MAIL.
func (t eximTactics) lost(stop *verify.Stop) attempt {
	a := lost(stop)
	if stop.Stage == verify.StageGreeting && stop.Cause == verify.ReplyRefused && !stop.Reply.Transient() {
		a.outcome = verify.Bounced
	}
	return a
}

// early is the end of a session before EHLO was answered inside TLS: a failed
// handshake, but where TLS is demanded.
func (t eximTactics) early(ctx context.Context, s *Sender, msg Message, hop verify.Hop, stop *verify.Stop) attempt {
	if t.require || stop.Cause == verify.ReplyRefused {
		return t.lost(stop)
	}
	var detail verify.Detail
	if stop.InTLS() {
		detail = verify.Detail(stop.Cause)
	}
	return t.broken(ctx, s, msg, hop, verify.ValidationFailure, detail)
}

// offersInCapitals reports whether STARTTLS stands in capitals on a line of its
// own.
func offersInCapitals(d *probe.Dialogue) bool {
	return d.Offers("STARTTLS") && slices.ContainsFunc(d.Lines(), func(l verify.Line) bool {
		return !l.Client && len(l.Text) > 4 && strings.HasPrefix(l.Text[4:]+" ", "STARTTLS ")
	})
}

// plain goes on without TLS on the same connection, if that may be.
func (t eximTactics) plain(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.require {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return s.inClear(d, msg, verify.STARTTLSNotSupported, detail)
}

// broken connects once more without TLS, if that may be.
func (t eximTactics) broken(ctx context.Context, s *Sender, msg Message, hop verify.Hop, reason verify.Reason, detail verify.Detail) attempt {
	if t.require {
		return left(reason, detail)
	}
	if s.Portal {
		return diverted(reason, detail)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return t.lost(stop)
	}
	return s.inClear(d, msg, reason, detail)
}

// check says whether the certificate holds.
func (t eximTactics) check(s *Sender, shown *verify.TLS, hop verify.Hop) attempt {
	path := s.Paths.Build(shown.Chain, s.Anchors, s.Client.Now(), pkix.GnuTLS())
	if faults := exim.Staple(shown, path, s.Client.Now()); len(faults) > 0 {
		path = path.With(faults...)
	}
	if !path.OK() {
		reason, detail := verify.PathReason(path)
		return attempt{outcome: verify.Encrypted, reason: reason, detail: detail}
	}
	kind, name := "mx ", hop.Host
	if len(s.Routes) > 0 {
		kind = "route "
	}
	names := []string{name}
	if t.require && t.verify && len(hop.Routes) > 1 {
		names = append(names, hop.Routes[1:]...) // each route is tried by its own name
	}
	for _, name := range names {
		if _, why := exim.Match(exim.Names(path.Leaf, name), name); why == "" {
			return attempt{outcome: verify.Verified, match: kind + name}
		}
	}
	return attempt{outcome: verify.Encrypted, reason: verify.CertificateHostMismatch}
}

// again: F,2h,15m; G,16h,1h,1.5; F,4d,6h. A message that is four days old when it
// fails is given up.
func (t eximTactics) again(_ int, age time.Duration, _ verify.Reason) (wait time.Duration, again bool) {
	switch {
	case age < 2*time.Hour:
		return 15 * time.Minute, true
	case age >= 16*time.Hour:
		return 6 * time.Hour, age < 4*24*time.Hour
	}
	next, gap := 3*time.Hour, time.Hour
	for next <= age {
		gap = (gap + gap/2).Truncate(time.Second)
		next += gap
	}
	return gap, true
}
