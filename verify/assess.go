package verify

// An Assessment is a piece of evidence judged under several modes.
type Assessment struct {
	Evidence Evidence
	Hops     []Hop // the hosts, in the order in which they are tried
	Modes    []Assessed
}

// Assessed is what one mode makes of the evidence.
type Assessed struct {
	Policy   Policy
	Verdicts []Verdict // one for each of the hops
	Order    []int     // the indices of the hops that this sender tries, in its order; nil for all of them in theirs
	Delivery Delivery  // settled from the verdicts
}

// Tried gives the indices of the hops that were tried, in the sender's order.
func (m Assessed) Tried() []int {
	if m.Order != nil {
		return m.Order[:m.Delivery.Tried]
	}
	tried := make([]int, m.Delivery.Tried)
	for i := range tried {
		tried[i] = i
	}
	return tried
}

// Last gives the index of the hop that decided, or was tried last; it must not be
// called where nothing was tried.
func (m Assessed) Last() int {
	if m.Order == nil {
		return m.Delivery.Tried - 1
	}
	return m.Order[m.Delivery.Tried-1]
}

// Assess judges every host under every policy. The evidence must be complete:
// no policy may need more. See probe.Client.Gather.
func Assess(ev Evidence, policies []Policy) Assessment {
	a := Assessment{Evidence: ev}
	a.Hops, _ = ev.NextHops()
	a.Modes = make([]Assessed, 0, len(policies))
	verdicts := make([]Verdict, 0, len(policies)*len(a.Hops))
	for _, p := range policies {
		m := Assessed{Policy: p}
		for _, hop := range a.Hops {
			v, _ := p.Judge(ev.At(hop))
			verdicts = append(verdicts, v)
		}
		m.Verdicts = verdicts[len(verdicts)-len(a.Hops) : len(verdicts) : len(verdicts)]
		m.Order, m.Delivery = p.Routing().settle(a.Hops, m.Verdicts)
		a.Modes = append(a.Modes, m)
	}
	return a
}
