package world

import (
	"fmt"

	"mxlab/scenarios"
	"mxlab/verify"
)

// Disagreement compares the three accounts of a mode and says where they
// differ; nothing if they agree. Verdict and delivery must be the same in
// outcome, reason, match and host. What was verified or encrypted must have
// arrived once, inside TLS, at the host that is named; cleartext once, outside
// TLS; everything else must not have arrived.
func (m ModeResult) Disagreement() string {
	if judged, made := m.Delivery.Words(), m.Made.Words(); judged != made {
		return fmt.Sprintf("judged %q, but the delivery came to %q", judged, made)
	}
	if !m.Delivery.Outcome.Sent() {
		if len(m.Arrivals) > 0 {
			return fmt.Sprintf("%s, but the host at %v has the message", m.Delivery.Outcome, m.Arrivals[0].Host)
		}
		return ""
	}
	at := m.Verdicts[m.Delivery.Tried-1].Addr.Addr()
	switch {
	case len(m.Arrivals) == 0:
		return fmt.Sprintf("%s, but no host has the message", m.Delivery.Outcome)
	case len(m.Arrivals) > 1:
		return fmt.Sprintf("%s, but the message arrived %d times", m.Delivery.Outcome, len(m.Arrivals))
	case m.Arrivals[0].Host != at:
		return fmt.Sprintf("%s by the host at %v, but the one at %v has the message", m.Delivery.Outcome, at, m.Arrivals[0].Host)
	case m.Arrivals[0].TLS != (m.Delivery.Outcome != verify.Cleartext):
		return fmt.Sprintf("%s, but the host took the message with TLS = %v", m.Delivery.Outcome, m.Arrivals[0].TLS)
	}
	return ""
}

// Broken lists the claims of the scenario that the delivery does not fulfil.
func (m ModeResult) Broken() []scenarios.Claim {
	var broken []scenarios.Claim
	for _, c := range m.Claims {
		if !c.Holds(m.Delivery) {
			broken = append(broken, c)
		}
	}
	return broken
}
