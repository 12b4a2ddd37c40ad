package judge

import "mxlab/verify"

// A Gate is a receiver's judgement of a sender while it is made. It takes its
// steps as a Host does.
type Gate struct {
	Host
	Arrival verify.Arrival
}

// NewGate begins a judgement.
func NewGate(mode string, a verify.Arrival, turned string) *Gate {
	return &Gate{Host: NewHost(nil, mode, a.Evidence, turned, 4), Arrival: a}
}

// Accept ends the judgement: the message is taken.
func (g *Gate) Accept() verify.Reception { return g.reception(true, 0, verify.Saying{}) }

// Refuse ends it with a reply; the code 0 stands for the handshake, which fails.
func (g *Gate) Refuse(code int, said verify.Saying) verify.Reception {
	return g.reception(false, code, said)
}

func (g *Gate) reception(accepted bool, code int, said verify.Saying) verify.Reception {
	v := g.Done("", "", "", false)
	r := verify.Reception{Mode: v.Mode, Accepted: accepted, Code: code, Said: said, Decided: v.Decided, Certainty: v.Certainty, Checks: v.Checks}
	if accepted {
		r.Match = v.Match
	}
	return r
}
