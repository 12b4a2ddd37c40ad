package probe

import (
	"context"

	"mxlab/verify"
)

// Reverse looks up the PTR names of every host's address, and whether they are
// forward-confirmed, whether or not a policy asked for it.
func (c *Client) Reverse(ctx context.Context, ev *verify.Evidence) error {
	hops, _ := ev.NextHops()
	for _, hop := range hops {
		if !hop.Addr.IsValid() {
			continue
		}
		for range MaxRounds {
			_, _, needs := ev.Reverse(hop.Addr.Addr())
			if len(needs) == 0 {
				break
			}
			for _, need := range needs {
				if _, err := c.fulfil(ctx, ev, need); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
