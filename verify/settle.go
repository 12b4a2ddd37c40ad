package verify

// A Delivery is what becomes of a message in the first queue run, after the
// hosts were tried in order.
type Delivery struct {
	Mode      string
	Outcome   Outcome
	Reason    Reason
	Detail    Detail
	Match     string
	Via       string    // the host that took or finally refused the message, or the last one tried; empty when there was none
	Certainty Certainty // the weakest of the verdicts that the outcome rests on
	Tried     int       // how many hosts the sender tried; the verdicts on the others are hypothetical
	Routing   []*Rule   // on how the sender goes through the hosts, without which another one would have decided, or none
	Portal    *Rule     // said, when all were tried, what the sender's portal does; nil if it had no part in it
}

// Words gives the delivery in the words of a claim:
// OUTCOME [REASON [DETAIL] | MATCH] [via HOST].
func (d Delivery) Words() string {
	w := words(d.Outcome, d.Reason, d.Detail, d.Match)
	if d.Via != "" {
		w += " via " + d.Via
	}
	return w
}

// Settle derives the delivery from one mode's verdicts on all hosts, in the
// order in which the sender tries them. The first host that takes the message
// or refuses it for good decides. If none does, the message stays in the queue
// as long as any of the failures may pass; the reason is that of the last host
// whose failure decided so. Where a sender has a portal for what TLS keeps from
// every host, the rule of that failure says whether the message goes there.
func Settle(verdicts []Verdict) Delivery {
	d := Delivery{Certainty: Observed}
	var last Verdict
	for _, v := range verdicts {
		d.Mode = v.Mode
		d.Tried++
		d.Certainty = min(d.Certainty, v.Certainty)
		if d.Outcome != Deferred || v.Outcome != Bounced || !v.TryNext {
			d.Outcome, d.Reason, d.Detail, d.Match, d.Via = v.Outcome, v.Reason, v.Detail, v.Match, v.Host
			last = v
		}
		if !v.TryNext {
			break
		}
	}
	if d.Portal = last.Portal; d.Portal != nil {
		d.Certainty = min(d.Certainty, d.Portal.Certainty)
		if last.Diverts {
			d.Outcome = Diverted
		}
	}
	return d
}
