package world

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"mxlab/scenarios/check"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// Check makes a receiver test of the world, as a sender of its own: that of the
// scenario, with its routes and what it trusts. within bounds the test by that
// sender's clock; zero does not. With check.ErrTime, or the end of ctx, there is
// a report too.
func (w *World) Check(ctx context.Context, test finding.Test, policies []verify.Policy, within time.Duration) (*check.Report, error) {
	s := w.Sender()
	t := check.Tester{Client: s.client(), Test: test, Products: w.products()}
	if within > 0 {
		t.Until = s.Now().Add(within)
	}
	ev := w.Evidence()
	ev.Counted = false
	report, err := t.Run(ctx, &ev, policies)
	if err != nil {
		return report, fmt.Errorf("test the world of %s: %w", w.Scenario.Name, err)
	}
	return report, w.Err()
}

// products tells what stands at the hosts of which the scenario says so.
func (w *World) products() map[netip.Addr]finding.Product {
	all := map[netip.Addr]finding.Product{}
	for _, h := range w.Scenario.Hosts {
		all[h.Addr] = h.Product
	}
	return all
}
