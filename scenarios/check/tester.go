package check

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"mxlab/verify"
	"mxlab/verify/finding"
	"mxlab/verify/probe"
)

// A Tester tests the hosts of one domain after the other. Client must be set,
// and must have no message.
type Tester struct {
	Client *probe.Client
	Test   finding.Test
	Until  time.Time // by the client's clock; no session begins later. Zero for no end

	// Products says of some addresses which product stands there; of the others it
	// is recognised by what it says, if at all.
	Products map[netip.Addr]finding.Product
}

// ErrTime tells that the time for the test was over before its end.
var ErrTime = errors.New("the time is over")

var errMessage = errors.New("a tester's client must have no message")

// Run tests the hosts of a domain. ev says what is known beforehand: the domain,
// the time, the trust anchors, and what the sender has; it grows. The policies
// are those under which the outcome is to be told. With an error there is a
// report too, of what was found out until then, and without the policies.
func (t Tester) Run(ctx context.Context, ev *verify.Evidence, policies []verify.Policy) (*Report, error) {
	if len(t.Client.Message) > 0 {
		return t.report(*ev, nil, false), errMessage
	}
	if ev.Paths == nil {
		ev.Paths = &verify.Paths{}
	}
	if err := t.gather(ctx, ev, hosts); err != nil {
		return t.report(*ev, nil, false), err
	}
	// One host after the other, so that the sessions with it follow each other.
	hops, _ := ev.NextHops()
	for _, hop := range hops {
		if err := t.gather(ctx, ev, t.needs(hop)); err != nil {
			return t.report(*ev, nil, false), err
		}
	}
	if err := t.gather(ctx, ev, needsOf(policies)); err != nil {
		return t.report(*ev, nil, false), err
	}
	return t.report(*ev, policies, true), nil
}

// gather fulfils needs until there are none.
func (t Tester) gather(ctx context.Context, ev *verify.Evidence, lacking func(verify.Evidence) []verify.Need) error {
	for range probe.MaxRounds {
		needs := lacking(*ev)
		if len(needs) == 0 {
			return nil
		}
		for _, need := range needs {
			if !t.Until.IsZero() && !t.Client.Now().Before(t.Until) {
				return ErrTime
			}
			if _, err := t.Client.Fulfil(ctx, ev, need); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("test the hosts of %s: there is no end to what is to be asked", ev.Domain)
}

// hosts gives what is lacking to find the hosts.
func hosts(ev verify.Evidence) []verify.Need {
	_, needs := ev.NextHops()
	return needs
}

// needs gives what the test of one host lacks.
func (t Tester) needs(hop verify.Hop) func(verify.Evidence) []verify.Need {
	return func(ev verify.Evidence) []verify.Need {
		_, needs := t.Test.Judge(ev.At(hop))
		return needs
	}
}

// needsOf gives what policies lack.
func needsOf(policies []verify.Policy) func(verify.Evidence) []verify.Need {
	return func(ev verify.Evidence) []verify.Need {
		hops, needs := ev.NextHops()
		for _, hop := range hops {
			for _, p := range policies {
				_, more := p.Judge(ev.At(hop))
				needs = append(needs, more...)
			}
		}
		return needs
	}
}
