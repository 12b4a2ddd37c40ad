package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// A Received is what a listener makes of the scenario's sender, told three times:
// as judged from what the sender shows to a listener that takes everybody, as the
// delivery to a host that does as the listener does, and as that host recorded it.
type Received struct {
	verify.Reception
	Listener verify.Listener
	Arrival  verify.Arrival
	Made     verify.Delivery // of the first queue run
	Took     []bool          // the messages that the host took: whether TLS ran
	Refusal  string          // how it refused: a code, handshake, or empty
	Shown    [][]byte        // the client's certificates, as the host recorded them
	Claims   []scenarios.Receipt
}

// receive lets the scenario's sender come to each listener that is claimed, and
// judges what it is let do.
func (w *World) receive(ctx context.Context) (all []Received, err error) {
	for _, c := range w.Scenario.Receive {
		r := Received{Listener: c.Listener}
		if len(c.Words) > 0 { // else nothing is claimed of it
			r.Claims = []scenarios.Receipt{c}
		}
		if r.Arrival, err = w.arrive(ctx, c.Listener); err == nil {
			r, err = w.Received(ctx, r, c.Listener)
		}
		if err != nil {
			return nil, fmt.Errorf("come to %s of %s: %w", c.Mode, w.Scenario.Name, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// sending is the mode of a sender that is received. It uses TLS where it is
// offered, and behind the 220 does not go back to clear text; or it never does.
func (w *World) sending() (verify.Policy, error) {
	name := "esa/preferred"
	if w.Scenario.Sender.NoTLS {
		name = "esa/no"
	}
	p, err := scenarios.ParseMode(name)
	if err != nil {
		return nil, err
	}
	return w.Scenario.Policies([]verify.Policy{p})[0], nil
}

// arrive lets the sender come to a host that looks like the listener, and tells
// what the host recorded of it.
func (w *World) arrive(ctx context.Context, l verify.Listener) (verify.Arrival, error) {
	p, err := w.sending()
	if err != nil {
		return verify.Arrival{}, err
	}
	h, err := w.listen(looks(l), nil)
	if err != nil {
		return verify.Arrival{}, err
	}
	c := w.Sender().client()
	c.To = recipient
	at := netip.AddrPortFrom(h.told.Addr, 25)
	c.Session(ctx, verify.SessionKey{Addr: at, Hello: w.versions().Of(p.Hello()).To("")}, w.Scenario.Domain)
	h.close() // which waits until all is recorded
	_, domain, _ := strings.Cut(w.from(), "@")
	a := verify.Arrival{Domain: domain, Evidence: verify.Evidence{Domain: domain, Anchors: w.lab.Roots(), Now: w.now}}
	for _, r := range h.records() {
		for _, s := range r.Sessions {
			a.TLS, a.Broken, a.Chain, a.EHLO = s.TLS != nil, s.HandshakeErr != nil, s.Presented, s.EHLO
		}
	}
	return a, ctx.Err()
}

// knock sends a message to a host that does as the listener does.
func (w *World) knock(ctx context.Context, r *Received) error {
	p, err := w.sending()
	if err != nil {
		return err
	}
	words, err := plays(r.Listener, r.Arrival.Domain)
	if err != nil {
		return err
	}
	h, err := w.listen(words, w.proves(r.Listener))
	if err != nil {
		return err
	}
	d, message := w.mailer(w.Sender()), w.message(p)
	d.Routes, d.Portal, message.To = []verify.Route{{Addr: h.told.Addr}}, false, recipient+"@"+w.Scenario.Domain
	if r.Made, err = d.Deliver(ctx, p, w.Scenario.Domain, message); err != nil {
		return fmt.Errorf("send to %s of %s: %w", r.Mode, w.Scenario.Name, err)
	}
	h.close()
	for _, record := range h.records() {
		for _, m := range record.Messages {
			r.Took = append(r.Took, m.TLS != nil)
		}
		for _, s := range record.Sessions {
			r.Shown, r.Refusal = s.Presented, refusal(s)
		}
	}
	return nil
}

// refusal tells how a host refused a session, from its record.
func refusal(s fakemx.Session) (word string) {
	if s.HandshakeErr != nil {
		return string(verify.StageHandshake)
	}
	for _, l := range s.Transcript {
		if !l.Client && (l.Text[0] == '4' || l.Text[0] == '5') {
			word = l.Text[:3]
		}
	}
	return word
}

// Disagreement compares the accounts of what a listener made of the sender, and
// says where they differ; nothing if they agree.
func (r Received) Disagreement() string {
	said := r.Words()
	sent, word := r.Made.Outcome.Sent(), strings.TrimPrefix(said, verify.RefusedBy+" ")
	switch {
	case !slices.EqualFunc(r.Shown, r.Arrival.Chain, bytes.Equal):
		return fmt.Sprintf("judged by %d client certificates, but the host was shown %d", len(r.Arrival.Chain), len(r.Shown))
	case r.Accepted && (!sent || len(r.Took) != 1):
		return fmt.Sprintf("judged %q, but the delivery came to %q and the host took %d messages", said, r.Made.Words(), len(r.Took))
	case r.Accepted && (r.Took[0] != r.Arrival.TLS || (r.Made.Outcome == verify.Cleartext) == r.Arrival.TLS):
		return fmt.Sprintf("judged with TLS = %v, but the delivery came to %q and the host took the message with TLS = %v", r.Arrival.TLS, r.Made.Words(), r.Took[0])
	case r.Accepted:
		return ""
	case sent || len(r.Took) > 0:
		return fmt.Sprintf("judged %q, but the delivery came to %q and the host took %d messages", said, r.Made.Words(), len(r.Took))
	case r.Refusal != word:
		return fmt.Sprintf("judged %q, but the host refused by %q", said, r.Refusal)
	case (r.Code == 0) != r.Made.Reason.TLS() || (r.Code/100 == 5) != (r.Made.Outcome == verify.Bounced):
		return fmt.Sprintf("judged %q, but the delivery came to %q", said, r.Made.Words())
	}
	return ""
}

// Received lets a listener judge how the sender came, and gathers what it lacks
// for that into a copy of what the receiver knows.
func (w *World) Received(ctx context.Context, r Received, l verify.Listener) (Received, error) {
	ev, c := &r.Arrival.Evidence, w.Sender().client()
	c.Proxy = "" // the receiver has none
	ev.Lookups, ev.Fetched = maps.Clone(ev.Lookups), maps.Clone(ev.Fetched)
	for range probe.MaxRounds {
		var needs []verify.Need
		if r.Reception, needs = l.Receive(r.Arrival); len(needs) == 0 {
			return r, nil
		}
		for _, need := range needs {
			if _, err := c.Fulfil(ctx, ev, need); err != nil {
				return r, err
			}
		}
	}
	return r, fmt.Errorf("judge by %s: %w", l.Mode(), errEndless)
}

var errEndless = errors.New("the listener asks on and on")

// Broken lists the claims that the listener's judgement does not fulfil.
func (r Received) Broken() []scenarios.Receipt {
	return slices.DeleteFunc(slices.Clone(r.Claims), func(c scenarios.Receipt) bool { return c.Holds(r.Reception) })
}
