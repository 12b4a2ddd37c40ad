package probe

import (
	"bytes"
	"context"
	"net"
	"net/netip"

	"mxlab/verify"
)

// Session holds one conversation with the host at key.Addr under key.Hello: up
// to RCPT for a mailbox of domain, or through the final dot of the Message if the
// Client has one, then QUIT, and inside TLS the end of the connection. STARTTLS is
// said where it is offered and the hello wants it; where it is refused the
// conversation goes on in the clear. Under a hello with a command Behind it ends
// with EHLO inside TLS.
func (c *Client) Session(ctx context.Context, key verify.SessionKey, domain string) *verify.Session {
	began := c.Now()
	d, stop := c.Connect(ctx, key.Addr)
	defer d.Close()
	s := &verify.Session{Began: began, Stop: stop}
	if s.Stop == nil {
		s.Stop = c.converse(ctx, d, s, key.Hello, domain)
	}
	s.Steps = d.Steps()
	// RFC 5321 section 4.1.4: QUIT is last, also after a refusal; but 421 is a
	// host that closes by itself (section 3.8).
	if s.Stop == nil || s.Stop.Cause == verify.ReplyRefused && s.Stop.Reply.Code != 421 {
		if s.TLS != nil && key.Hello.Behind != "" {
			// RFC 5321 section 4.3.2: NOOP is answered by 250. A host that greets once
			// more inside TLS says 220 first.
			s.Executed = d.leave() && d.firstInside(250)
		} else {
			d.quit()
		}
	}
	if s.TLS != nil {
		s.TLS.Ticket, s.TLS.Cut = d.tickets.given, d.cut()
	}
	s.Greeting, s.Early, s.Dialogue = d.Greeting(), d.Early(), d.Lines()
	return s
}

// converse leads the conversation from EHLO to RCPT or to the final dot.
func (c *Client) converse(ctx context.Context, d *Dialogue, s *verify.Session, h verify.Hello, domain string) *verify.Stop {
	if stop := d.Hello(c.name(d)); stop != nil {
		return stop
	}
	s.Offered = d.Offers(h.Command())
	if s.Offered && h.TLS {
		var stop *verify.Stop
		test := h.Behind != ""
		s.STARTTLS, stop = d.StartTLS(ctx, h)
		switch {
		case stop == nil:
			if s.TLS, stop = d.Handshake(ctx, h); stop != nil {
				return stop
			}
			if stop := d.Hello(c.name(d)); stop != nil || test {
				return stop
			}
		case stop.Cause != verify.ReplyRefused || test:
			return stop
		}
	}
	if stop := d.Mail(c.From); stop != nil {
		return stop
	}
	to := c.To
	if to == "" {
		to = "postmaster"
	}
	if stop := d.Rcpt(to + "@" + domain); stop != nil || len(c.Message) == 0 {
		return stop
	}
	return d.Data(bytes.NewReader(c.Message))
}

// name is what EHLO says. RFC 5321 section 4.1.4: a client without a name of
// its own gives its address.
func (c *Client) name(d *Dialogue) string {
	if c.Name != "" {
		return c.Name
	}
	if local, ok := d.socket.LocalAddr().(*net.TCPAddr); ok {
		if addr := local.AddrPort().Addr().Unmap().WithZone(""); addr.Is6() {
			return "[IPv6:" + addr.String() + "]"
		} else if addr.IsValid() {
			return "[" + addr.String() + "]"
		}
	}
	return "[" + netip.AddrFrom4([4]byte{127, 0, 0, 1}).String() + "]"
}
