package world

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/check"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// A Result is what a scenario came to under some modes.
type Result struct {
	Scenario   *scenarios.Scenario
	Assessment verify.Assessment // of the facts that a probe gathered
	Modes      []ModeResult      // in the order of Assessment.Modes
	Check      *check.Report     // the receiver test; nil unless the scenario claims something about it
	Received   []Received        // what listeners made of the sender, in the order in which it is claimed
	Strays     []string          // see World.Strays; not empty means that the scenario is incomplete
}

// A ModeResult is what a scenario came to under one mode, told three times: as
// judged, as a delivery that was made, and as the hosts recorded it.
type ModeResult struct {
	verify.Assessed
	Made     verify.Delivery // what verify/deliver did
	Arrivals []Arrival       // what the hosts recorded of that delivery
	Queue    *Queue          // the later queue runs; nil unless a claim is about them
	Claims   []scenarios.Claim
}

// An Arrival is one message that a host took.
type Arrival struct {
	Host netip.Addr
	TLS  bool
}

// Policies gives the modes that a scenario is run under: all of base, with the
// options of the scenario's sender, then those with options that its claims
// name.
func Policies(s *scenarios.Scenario, base []verify.Policy) []verify.Policy {
	all := s.Policies(base)
	known := map[string]bool{}
	for _, p := range s.Policies(scenarios.Modes()) {
		known[p.Mode()] = true
	}
	for _, p := range all {
		known[p.Mode()] = true
	}
	for _, c := range s.Expect {
		if !known[c.Mode] {
			known[c.Mode] = true
			all = append(all, c.Policy)
		}
	}
	return all
}

// Run gathers the facts, judges under every policy, and sends a message under
// each. One gathering serves all policies, unless what a host does depends on
// how often a sender came: then a probe of its own comes as often as the
// delivery. Errors are our own: a world that cannot be asked. What the hosts do
// is a result.
func (w *World) Run(ctx context.Context, policies []verify.Policy) (*Result, error) {
	r, scouts, err := w.judge(ctx, policies)
	if err != nil {
		return nil, err
	}
	for i := range r.Modes {
		if err := w.deliver(ctx, &r.Modes[i], scouts[i], w.goesOn(policies[i])); err != nil {
			return nil, err
		}
	}
	for i := range r.Received {
		if err := w.knock(ctx, &r.Received[i]); err != nil {
			return nil, err
		}
	}
	return r, w.finish(ctx, r)
}

// Judge is Run without the deliveries: no message is sent, nothing is made, and
// no later queue run is known.
func (w *World) Judge(ctx context.Context, policies []verify.Policy) (*Result, error) {
	r, _, err := w.judge(ctx, policies)
	if err != nil {
		return nil, err
	}
	return r, w.finish(ctx, r)
}

// finish adds what is known when all is over.
func (w *World) finish(ctx context.Context, r *Result) (err error) {
	if len(w.Scenario.Findings) > 0 {
		// What each mode makes of the hosts is known better than by this one client.
		if r.Check, err = w.Check(ctx, finding.Test{Injection: true}, nil, 0); err != nil {
			return err
		}
	}
	r.Strays = w.Strays()
	return w.Err()
}

// A scout is a probe that has been where a delivery will be, and what it has
// fetched there.
type scout struct {
	*Sender
	fetched map[verify.Request]verify.Response
}

// judge gathers and judges. It gives for each policy its scout.
func (w *World) judge(ctx context.Context, policies []verify.Policy) (*Result, []scout, error) {
	r := &Result{Scenario: w.Scenario}
	var together []verify.Policy
	for _, p := range policies {
		if !w.apart(p) {
			together = append(together, p)
		}
	}
	ev := w.Evidence()
	if err := w.gather(ctx, w.Sender(), &ev, together); err != nil {
		return nil, nil, err
	}
	r.Assessment = verify.Assess(ev, together)
	modes := r.Assessment.Modes
	r.Assessment.Modes = nil
	var scouts []scout
	for _, p := range policies {
		m, probe := ModeResult{}, scout{Sender: w.Sender()}
		for _, c := range w.Scenario.Expect {
			if c.Mode == p.Mode() {
				m.Claims = append(m.Claims, c)
			}
		}
		if w.apart(p) {
			own := w.Evidence()
			if err := w.gather(ctx, probe.Sender, &own, []verify.Policy{p}); err != nil {
				return nil, nil, err
			}
			probe.fetched = own.Fetched
			m.Assessed = verify.Assess(own, []verify.Policy{p}).Modes[0]
			r.Assessment.Evidence.Add(own)
		} else {
			m.Assessed, modes = modes[0], modes[1:]
		}
		scouts = append(scouts, probe)
		r.Assessment.Modes = append(r.Assessment.Modes, m.Assessed)
		r.Modes = append(r.Modes, m)
	}
	r.Assessment.Hops, _ = r.Assessment.Evidence.NextHops()
	received, err := w.receive(ctx)
	if err != nil {
		return nil, nil, err
	}
	r.Received = received
	return r, scouts, nil
}

// apart reports whether the facts for a policy are to be gathered by a sender
// that does nothing else.
func (w *World) apart(p verify.Policy) bool {
	c := w.goesOn(p)
	return w.counted() || len(c.Then) > 0 || len(c.Finally) > 0
}

// counted reports whether what a host does depends on how often a sender came.
func (w *World) counted() bool {
	return slices.ContainsFunc(w.Scenario.Hosts, func(h scenarios.Host) bool { return len(h.Lines()) > 1 })
}

// goesOn gives the claim about the later queue runs under a policy; an empty
// one if there is none.
func (w *World) goesOn(p verify.Policy) scenarios.Claim {
	for _, c := range w.Scenario.Expect {
		if c.Mode == p.Mode() && (len(c.Then) > 0 || len(c.Finally) > 0) {
			return c
		}
	}
	return scenarios.Claim{}
}

// Evidence gives what is known before anything was asked.
func (w *World) Evidence() verify.Evidence {
	return verify.Evidence{Domain: w.Scenario.Domain, Now: w.now, Anchors: w.Roots(), Known: w.known, Routes: w.Scenario.Routes,
		Versions: w.versions(), Portal: w.Scenario.Sender.Portal, Shows: w.shown != nil, Counted: w.counted(), Paths: &w.paths}
}

// Gather completes evidence until the policies need nothing more, as a sender
// of its own, or as several where hosts count how often a sender came.
func (w *World) Gather(ctx context.Context, ev *verify.Evidence, policies []verify.Policy) error {
	var together []verify.Policy
	for _, p := range policies {
		if !w.apart(p) {
			together = append(together, p)
			continue
		}
		own := w.Evidence()
		if err := w.gather(ctx, w.Sender(), &own, []verify.Policy{p}); err != nil {
			return err
		}
		ev.Add(own)
	}
	return w.gather(ctx, w.Sender(), ev, together)
}

func (w *World) gather(ctx context.Context, s *Sender, ev *verify.Evidence, policies []verify.Policy) error {
	c := s.client()
	c.Message = w.trial()
	if err := c.Gather(ctx, ev, policies); err != nil {
		return fmt.Errorf("probe the world of %s: %w", w.Scenario.Name, err)
	}
	return nil
}

// Reverse adds the PTR names of every host to the evidence of a result, also
// where no mode asked for them.
func (w *World) Reverse(ctx context.Context, r *Result) error {
	if err := w.Sender().client().Reverse(ctx, &r.Assessment.Evidence); err != nil {
		return fmt.Errorf("probe the world of %s: %w", w.Scenario.Name, err)
	}
	return nil
}

// Deliver makes the first queue run of one message under a mode, as a sender of
// its own, and tells what the hosts recorded of it.
func (w *World) Deliver(ctx context.Context, p verify.Policy) (verify.Delivery, []Arrival, error) {
	s := w.Sender()
	d := w.mailer(s)
	result, err := d.Deliver(ctx, p, w.Scenario.Domain, w.message(p))
	if err != nil {
		return result, nil, fmt.Errorf("send into the world of %s: %w", w.Scenario.Name, err)
	}
	return result, w.arrivals(s), nil
}

// arrivals finds the messages of one sender in the hosts' records.
func (w *World) arrivals(s *Sender) []Arrival {
	var all []Arrival
	for _, told := range w.Scenario.Hosts {
		for _, mx := range w.hosts[told.Addr].running() {
			for _, m := range mx.Messages() {
				if w.opener(mx.Addr(), m.Peer, m.Session, mx.Sessions) == s.name {
					all = append(all, Arrival{told.Addr, m.TLS != nil})
				}
			}
		}
	}
	return all
}

// opener names the sender that opened a session of a server. Of several
// sessions between the same two ends, which are rare, each was over before the
// next was opened.
func (w *World) opener(server string, peer net.Addr, session int, sessions func() []fakemx.Session) string {
	at := key(server, peer)
	w.mu.Lock()
	openers := w.peers[at]
	w.mu.Unlock()
	if len(openers) == 1 {
		return openers[0]
	}
	for i, other := range sessions() {
		switch {
		case key(server, other.Peer) != at:
		case len(openers) == 0:
			return ""
		case i == session:
			return openers[0]
		default:
			openers = openers[1:]
		}
	}
	return ""
}
