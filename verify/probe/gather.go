package probe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"mxlab/verify"
)

// MaxRounds is how often Gather gathers what the policies lack. A path may take
// as many as there are addresses of issuers, responders and lists to be tried,
// one after another.
const MaxRounds = 40

var (
	errRounds = errors.New("the policies still ask for facts")
	errIdle   = errors.New("a policy asks again for facts that it has")
	errNeed   = errors.New("a policy asks for nothing")
)

// Gather completes the evidence: it finds the domain's hosts, lets each policy
// judge each host, looks up and tries what they need, and starts again until
// they need nothing more. Each question is asked, each session held and each
// request made once, one after another in the order of the needs; where
// connections are Counted one host is done with before the next is connected to,
// as in a delivery, and in the order of the first policy. An error says that the facts could not be found out: ctx
// ended, our own side failed, or there was no end to the needs; the evidence then
// holds what was gathered so far.
func (c *Client) Gather(ctx context.Context, ev *verify.Evidence, policies []verify.Policy) error {
	if !ev.Counted {
		return c.complete(ctx, ev, func() []verify.Need { return outstanding(*ev, policies) })
	}
	err := c.complete(ctx, ev, func() []verify.Need {
		_, needs := ev.NextHops()
		return needs
	})
	if err != nil || len(policies) == 0 {
		return err
	}
	hops, _ := ev.NextHops()
	order := policies[0].Routing().Order(hops)
	for i := 0; err == nil && i < len(order); i++ {
		err = c.complete(ctx, ev, func() []verify.Need { return lacking(*ev, hops[order[i]], policies) })
	}
	// Of the others nothing more is known than what the first connections showed.
	for i := 0; err == nil && i < len(hops); i++ {
		if !slices.Contains(order, i) {
			err = c.complete(ctx, ev, func() []verify.Need { return lacking(*ev, hops[i], policies) })
		}
	}
	return err
}

// complete gathers what is outstanding until that is nothing.
func (c *Client) complete(ctx context.Context, ev *verify.Evidence, outstanding func() []verify.Need) error {
	for round := 0; ; round++ {
		needs := outstanding()
		switch {
		case len(needs) == 0:
			return nil
		case round == MaxRounds:
			return fmt.Errorf("gather the evidence on %s: %w after %d rounds", ev.Domain, errRounds, MaxRounds)
		}
		fresh := false
		for _, need := range needs {
			got, err := c.Fulfil(ctx, ev, need)
			if err != nil {
				return err
			}
			fresh = fresh || got
		}
		if !fresh {
			return fmt.Errorf("gather the evidence on %s: %w: %v", ev.Domain, errIdle, needs[0])
		}
	}
}

// Fulfil gathers one fact, and reports whether the evidence did not have it
// before. The errors are those of Gather.
func (c *Client) Fulfil(ctx context.Context, ev *verify.Evidence, need verify.Need) (fresh bool, err error) {
	if fresh, err = c.fulfil(ctx, ev, need); err != nil {
		return false, fmt.Errorf("gather the evidence on %s: %w", ev.Domain, err)
	}
	return fresh, nil
}

// outstanding collects what is needed to find the hosts and to judge those
// that are found.
func outstanding(ev verify.Evidence, policies []verify.Policy) []verify.Need {
	hops, needs := ev.NextHops()
	for _, hop := range hops {
		needs = append(needs, lacking(ev, hop, policies)...)
	}
	return needs
}

// lacking collects what is needed to judge one host.
func lacking(ev verify.Evidence, hop verify.Hop, policies []verify.Policy) (needs []verify.Need) {
	for _, p := range policies {
		_, more := p.Judge(ev.At(hop))
		needs = append(needs, more...)
	}
	return needs
}

// fulfil gathers one fact, unless it is there already.
func (c *Client) fulfil(ctx context.Context, ev *verify.Evidence, need verify.Need) (fresh bool, err error) {
	if ev.Lookups == nil {
		ev.Lookups = map[verify.Question]verify.Answer{}
	}
	if ev.Sessions == nil {
		ev.Sessions = map[verify.SessionKey]*verify.Session{}
	}
	if ev.Fetched == nil {
		ev.Fetched = map[verify.Request]verify.Response{}
	}
	switch q, k, r := need.Question, need.Session, need.Request; {
	case q != verify.Question{}:
		if _, ok := ev.Lookups[q]; ok {
			return false, nil
		}
		a, err := c.lookup(ctx, q)
		if err != nil {
			return false, err
		}
		ev.Lookups[q] = a
	case k.Addr.IsValid():
		if _, ok := ev.Sessions[k]; ok {
			return false, nil
		}
		s := unreached(ev, k.Addr)
		if s == nil {
			s = c.Session(ctx, k, ev.Domain)
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if s.Stop != nil && s.Stop.Cause == verify.LocalFailure {
			return false, fmt.Errorf("hold a session with %v: %s: %s", k.Addr, s.Stop.Stage, s.Stop.Err)
		}
		ev.Sessions[k] = s
	case r != verify.Request{}:
		if _, ok := ev.Fetched[r]; ok {
			return false, nil
		}
		response, err := c.Fetch(ctx, r, FetchTimeout)
		if err != nil {
			return false, err
		}
		ev.Fetched[r] = response
	default:
		return false, errNeed
	}
	return true, nil
}

// unreached gives a session in which no connection to the host came about, if
// there was one: no hello was said in it, so it is the same under every hello.
// A host that does not answer then keeps us waiting once. Where connections are
// Counted the next one may come about.
func unreached(ev *verify.Evidence, addr netip.AddrPort) *verify.Session {
	if ev.Counted {
		return nil
	}
	for k, s := range ev.Sessions {
		if k.Addr == addr && s.Stop != nil && s.Stop.Stage == verify.StageConnect {
			return s
		}
	}
	return nil
}
