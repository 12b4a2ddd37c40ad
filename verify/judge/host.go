package judge

import "mxlab/verify"

// A Host is one host under one mode while it is being judged. Verdict grows as
// the judgement goes on.
type Host struct {
	Rules    *Rules
	Evidence verify.Evidence
	Verdict  verify.Verdict
	Portal   Portal // what it does with a secure portal, where the sender has one
	Turned   string // the id of the rule that is turned round: it shows that a suite would notice

	stays bool // no other host is tried in this queue run
}

// NewHost begins a judgement. room is how many checks there will be, as a rule.
func NewHost(rules *Rules, mode string, ev verify.Evidence, turned string, room int) Host {
	return Host{Rules: rules, Evidence: ev, Turned: turned, Verdict: verify.Verdict{Mode: mode, Host: ev.Hop.Host, Addr: ev.Hop.Addr,
		Checks: make([]verify.Check, 0, room), Decided: make([]*verify.Rule, 0, room)}}
}

// Holds applies a rule to what was found.
func (h *Host) Holds(r *verify.Rule, found bool) bool { return found != (r.ID == h.Turned) }

// Decide names a rule on which the outcome rests.
func (h *Host) Decide(r *verify.Rule) { h.Verdict.Decided = append(h.Verdict.Decided, r) }

// Note adds a check that is not a comparison of names.
func (h *Host) Note(r *verify.Rule, subject string, result verify.Result, why string) {
	h.Verdict.Checks = append(h.Verdict.Checks, verify.Check{Rule: r, Subject: subject, Result: result, Why: why})
}

// Check applies a rule that can fail, and decides if it does.
func (h *Host) Check(r *verify.Rule, subject string, found bool, why string) bool {
	if h.Holds(r, found) {
		h.Note(r, subject, verify.Passed, "")
		return true
	}
	h.Note(r, subject, verify.Failed, why)
	h.Decide(r)
	return false
}

// Done ends the judgement; the certainty is that of the weakest rule.
func (h *Host) Done(o verify.Outcome, r verify.Reason, d verify.Detail, next bool) verify.Verdict {
	v := &h.Verdict
	v.Outcome, v.Reason, v.Detail, v.TryNext = o, r, d, next
	v.Certainty = verify.Observed
	for _, rule := range v.Decided {
		v.Certainty = min(v.Certainty, rule.Certainty)
	}
	return *v
}

// Leave ends the attempt on this host by a rule: the next one is tried, then the
// message stays queued, or goes to the portal if TLS was the reason.
func (h *Host) Leave(r *verify.Rule, reason verify.Reason, d verify.Detail) verify.Verdict {
	h.Decide(r)
	if !h.Holds(r, true) {
		return h.Done(verify.Bounced, reason, d, false)
	}
	h.left(reason)
	if h.stays {
		h.Decide(h.Rules.Stays)
	}
	return h.Done(verify.Deferred, reason, d, !h.stays)
}
