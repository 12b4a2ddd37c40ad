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
	Delivery Delivery  // settled from the verdicts
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
		m.Delivery = Settle(m.Verdicts)
		a.Modes = append(a.Modes, m)
	}
	return a
}
