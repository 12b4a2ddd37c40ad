package judge

import "mxlab/verify"

// An Action is what a setting does, and the rule that says so. Send tells
// whether the message goes to this host all the same.
type Action struct {
	Rule *verify.Rule
	Send bool
}

// Plain says what a setting does where TLS did not come about, for a reason: by
// the action the mail goes in clear text, or the host is left. hello is the one
// that the sender said; where its handshake failed, clear text wants a connection
// of its own.
func (h *Host) Plain(a Action, hello verify.Hello, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	if !h.Holds(a.Rule, a.Send) {
		h.Decide(a.Rule)
		return h.Leave(h.Rules.Queue, reason, d), nil
	}
	if h.Diverts() {
		h.Decide(a.Rule)
		return h.Divert(reason, d), nil
	}
	s, needs := h.Evidence.Session(hello)
	if needs == nil && (s.TLS != nil || s.Stop != nil && s.Stop.Stage == verify.StageHandshake) {
		s, needs = h.Evidence.Session(verify.Hello{})
	}
	if needs != nil {
		return h.Verdict, needs
	}
	if stop := s.Stop; stop != nil && BeforeTLS(stop) {
		return h.Lost(stop), nil
	}
	h.Decide(a.Rule)
	h.Verdict.Reason, h.Verdict.Detail = reason, d
	return h.Transaction(s, verify.Cleartext), nil
}

// Unverified says what a setting does with an encrypted session whose certificate
// does not hold, for a reason, or was not looked at, for none.
func (h *Host) Unverified(a Action, s *verify.Session, reason verify.Reason, d verify.Detail) verify.Verdict {
	h.Decide(a.Rule)
	if !h.Holds(a.Rule, a.Send) {
		return h.Leave(h.Rules.Queue, reason, d)
	}
	h.Verdict.Reason, h.Verdict.Detail = reason, d
	return h.Transaction(s, verify.Encrypted)
}
