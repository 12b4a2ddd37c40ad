package deliver

import (
	"bytes"
	"context"

	"mxlab/verify"
	"mxlab/verify/probe"
)

// unroutable tells what becomes of a message for which there is no address.
func unroutable(hop verify.Hop) attempt {
	switch hop.Fault {
	case verify.HopNullMX:
		return attempt{outcome: verify.Bounced, reason: verify.NullMX, next: hop.Host != ""}
	case verify.HopLookup:
		return left(verify.DNSFailure, "")
	}
	return attempt{outcome: verify.Bounced, reason: verify.DNSNXDomain, next: hop.Host != ""}
}

// left is the end of an attempt after which the next host is tried, and then
// the message stays queued.
func left(reason verify.Reason, detail verify.Detail) attempt {
	return attempt{outcome: verify.Deferred, reason: reason, detail: detail, next: true}
}

// open connects and says EHLO.
func (s *Sender) open(ctx context.Context, hop verify.Hop) (*probe.Dialogue, *verify.Stop) {
	d, stop := s.Client.Connect(ctx, hop.Addr)
	if stop != nil {
		return d, stop
	}
	return d, d.Hello(s.Client.Name)
}

// lost tells how a conversation ended that was not about TLS.
func lost(stop *verify.Stop) attempt {
	switch {
	case stop.InTLS():
		return left(verify.ValidationFailure, verify.Detail(stop.Cause))
	case stop.Cause != verify.ReplyRefused:
		return left(verify.Unreachable, "")
	case stop.Stage == verify.StageGreeting:
		return left(verify.GreetingRefused, "")
	case stop.Reply.Transient() || stop.Stage == verify.StageEHLO:
		return left(verify.SMTPRefused, "")
	}
	return attempt{outcome: verify.Bounced, reason: verify.SMTPRefused}
}

// inClear goes on without TLS: in clear text, or not at all, where the sender's
// portal takes the message. The reason may be empty.
func (s *Sender) inClear(d *probe.Dialogue, msg Message, reason verify.Reason, detail verify.Detail) attempt {
	if s.Portal {
		d.Quit()
		return diverted(reason, detail)
	}
	return send(d, msg, attempt{outcome: verify.Cleartext, reason: reason, detail: detail})
}

// diverted is the end of an attempt whose message goes to the portal.
func diverted(reason verify.Reason, detail verify.Detail) attempt {
	return attempt{outcome: verify.Diverted, reason: reason, detail: detail}
}

// send hands the message over; if it is taken, a is the result.
func send(d *probe.Dialogue, msg Message, a attempt) attempt {
	for _, step := range []func() *verify.Stop{
		func() *verify.Stop { return d.Mail(msg.From) },
		func() *verify.Stop { return d.Rcpt(msg.To) },
		func() *verify.Stop { return d.Data(bytes.NewReader(msg.Body)) },
	} {
		if stop := step(); stop != nil {
			refused := lost(stop)
			refused.asked = true
			return refused
		}
	}
	d.Quit()
	a.asked = true
	return a
}
