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
// TLS; everything else must not have arrived. Later queue runs are compared in
// the same way, and with the times at which they were due.
func (m ModeResult) Disagreement() string {
	if d := differ(m.Assessed, m.Made, m.Arrivals); d != "" {
		return d
	}
	if m.Queue != nil {
		return m.Queue.disagreement()
	}
	return ""
}

// differ compares the accounts of one queue run.
func differ(judged verify.Assessed, made verify.Delivery, arrivals []Arrival) string {
	said := judged.Delivery
	if said.Words() != made.Words() {
		return fmt.Sprintf("judged %q, but the delivery came to %q", said.Words(), made.Words())
	}
	if !said.Outcome.Sent() {
		if len(arrivals) > 0 {
			return fmt.Sprintf("%s, but the host at %v has the message", said.Outcome, arrivals[0].Host)
		}
		return ""
	}
	at := judged.Verdicts[judged.Last()].Addr.Addr()
	switch {
	case len(arrivals) == 0:
		return fmt.Sprintf("%s, but no host has the message", said.Outcome)
	case len(arrivals) > 1:
		return fmt.Sprintf("%s, but the message arrived %d times", said.Outcome, len(arrivals))
	case arrivals[0].Host != at:
		return fmt.Sprintf("%s by the host at %v, but the one at %v has the message", said.Outcome, at, arrivals[0].Host)
	case arrivals[0].TLS != (said.Outcome != verify.Cleartext):
		return fmt.Sprintf("%s, but the host took the message with TLS = %v", said.Outcome, arrivals[0].TLS)
	}
	return ""
}

// Broken lists the claims of the scenario that the delivery, and what followed
// in the queue, do not fulfil.
func (m ModeResult) Broken() []scenarios.Claim {
	var broken []scenarios.Claim
	for _, c := range m.Claims {
		if !c.Holds(m.Delivery) || !m.Queue.keeps(c) {
			broken = append(broken, c)
		}
	}
	return broken
}

// BrokenFindings lists the claims of the scenario that its receiver test does
// not fulfil.
func (r *Result) BrokenFindings() []scenarios.FindingClaim {
	var broken []scenarios.FindingClaim
	for _, c := range r.Scenario.Findings {
		if r.Check == nil || !c.Holds(r.Check.Findings) {
			broken = append(broken, c)
		}
	}
	return broken
}
