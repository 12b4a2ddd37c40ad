package verify

import (
	"net/netip"
	"slices"
)

// A Routing says, as data, how a sender goes through the hosts that may take a
// message. The zero Routing tries them all, in the order of [Evidence.NextHops].
type Routing struct {
	SixFirst  *Rule // of a host's addresses those of IPv6 are tried first; nil for the other way
	Once      *Rule // an address to which several names lead is tried once, for the first of them; nil for once for each
	PerHost   *Rule // a host that takes the connection at one address is tried at no other in this queue run; nil where each address is tried
	Last      *Rule // a greeting by which the last host refuses for good decides, also where an earlier one may take the message another time; nil for the other way
	Addresses Limit // of the addresses that are tried
	Sessions  Limit // of those among them that are asked to take the message
}

// A Limit is how many there may be, and the rule that says so. The zero Limit is
// none.
type Limit struct {
	Most int
	Rule *Rule
}

// Order gives the indices of the hops that are tried, in the sender's order.
func (r Routing) Order(hops []Hop) []int {
	order := make([]int, 0, len(hops))
	for i := 0; i < len(hops); {
		next := i + 1
		for next < len(hops) && sameHost(hops[i], hops[next]) {
			next++
		}
		if r.SixFirst != nil {
			order = append(order, family(hops, i, next, true)...)
			order = append(order, family(hops, i, next, false)...)
		} else {
			for ; i < next; i++ {
				order = append(order, i)
			}
		}
		i = next
	}
	if r.Once == nil {
		return order
	}
	seen := map[netip.AddrPort]bool{}
	return slices.DeleteFunc(order, func(i int) bool {
		at := hops[i].Addr
		again := at.IsValid() && seen[at]
		seen[at] = true
		return again
	})
}

// sameHost reports whether two hops that follow each other are addresses of one
// host.
func sameHost(a, b Hop) bool {
	return a.Host == b.Host && a.Preference == b.Preference && a.Fault == "" && b.Fault == ""
}

// family gives the indices from one up to another whose addresses are of IPv6,
// or are not.
func family(hops []Hop, from, to int, six bool) (indices []int) {
	for i := from; i < to; i++ {
		if hops[i].Addr.Addr().Is6() == six {
			indices = append(indices, i)
		}
	}
	return indices
}

// Rules lists those that there are.
func (r Routing) Rules() []*Rule {
	return slices.DeleteFunc([]*Rule{r.SixFirst, r.Once, r.PerHost, r.Last, r.Addresses.Rule, r.Sessions.Rule}, func(r *Rule) bool { return r == nil })
}

// Without gives the routing that lacks a rule.
func (r Routing) Without(rule *Rule) Routing {
	if r.SixFirst == rule {
		r.SixFirst = nil
	}
	if r.Once == rule {
		r.Once = nil
	}
	if r.PerHost == rule {
		r.PerHost = nil
	}
	if r.Last == rule {
		r.Last = nil
	}
	if r.Addresses.Rule == rule {
		r.Addresses = Limit{}
	}
	if r.Sessions.Rule == rule {
		r.Sessions = Limit{}
	}
	return r
}

// reached reports whether so many are as many as there may be.
func (l Limit) reached(n int) bool { return l.Most > 0 && n >= l.Most }

// settle goes through the hosts, of which there is one verdict each, and settles
// what becomes of the message. The delivery rests on the rules of the routing
// without which it would have come to something else, or to another host.
func (r Routing) settle(hops []Hop, verdicts []Verdict) ([]int, Delivery) {
	if r == (Routing{}) {
		return nil, Settle(verdicts)
	}
	order, d := r.through(hops, verdicts)
	for _, rule := range r.Rules() {
		o, other := r.Without(rule).through(hops, verdicts)
		if other.Words() != d.Words() || d.Tried > 0 && o[other.Tried-1] != order[d.Tried-1] {
			d.Routing = append(d.Routing, rule)
			d.Certainty = min(d.Certainty, rule.Certainty)
		}
	}
	return order, d
}

// through is settle without the rules on which it rests. The order lacks the hops
// that were passed over.
func (r Routing) through(hops []Hop, verdicts []Verdict) ([]int, Delivery) {
	order := r.Order(hops)
	var tried []Verdict
	addresses, sessions := 0, 0
	for n := 0; n < len(order); n++ {
		v := verdicts[order[n]]
		tried = append(tried, v)
		if hops[order[n]].Addr.IsValid() {
			addresses++
		}
		if v.Asked {
			sessions++
		}
		if !v.TryNext || r.Addresses.reached(addresses) || r.Sessions.reached(sessions) {
			break
		}
		for r.PerHost != nil && v.Spoken && n+1 < len(order) && sameHost(hops[order[n]], hops[order[n+1]]) {
			order = slices.Delete(order, n+1, n+2)
		}
	}
	if r.Last == nil || len(tried) == 0 {
		return order, Settle(tried)
	}
	d := Settle(tried)
	if last := tried[len(tried)-1]; last.Outcome == Bounced && last.Reason == GreetingRefused {
		certainty := d.Certainty
		d = Settle(tried[len(tried)-1:])
		d.Tried, d.Certainty = len(tried), min(d.Certainty, certainty)
	}
	return order, d
}
