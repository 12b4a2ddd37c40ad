package check

import (
	"mxlab/verify"
	"mxlab/verify/finding"
)

// A Report is what a receiver test found out.
type Report struct {
	Assessment verify.Assessment // the evidence, the hosts, and what each policy makes of them
	Hosts      []Host            // one for each of Assessment.Hops
	Findings   []finding.Finding // the gravest first
	Whole      bool              // the test came to its end; else what is missing was not asked, and there are no policies
}

// A Host is what a test found out about one address of one host.
type Host struct {
	Hop     verify.Hop
	Stages  []finding.Stage // of the session by which it is judged
	Product finding.Product // as far as it can be recognised
}

// report judges what was gathered.
func (t Tester) report(ev verify.Evidence, policies []verify.Policy, whole bool) *Report {
	r := &Report{Assessment: verify.Assess(ev, policies), Whole: whole}
	for _, hop := range r.Assessment.Hops {
		at := ev.At(hop)
		found, _ := t.Test.Judge(at)
		r.Findings = append(r.Findings, found...)
		r.Hosts = append(r.Hosts, Host{Hop: hop, Stages: finding.Stages(at), Product: t.product(at)})
	}
	r.Findings = finding.Sort(r.Findings)
	return r
}

// product tells what stands at a host: what is known beforehand, or what it says
// itself.
func (t Tester) product(ev verify.Evidence) finding.Product {
	if p := t.Products[ev.Hop.Addr.Addr()]; p != finding.UnknownProduct {
		return p
	}
	return finding.Recognise(finding.Session(ev))
}

// Remedies gives what to change at a host, in the words of its product.
func (r *Report) Remedies(h Host) []*finding.Remedy {
	var kinds []*finding.Kind
	for _, f := range r.Findings {
		if f.Addr.IsValid() && f.Host == h.Hop.Host && f.Addr == h.Hop.Addr.Addr() {
			kinds = append(kinds, f.Kind)
		}
	}
	return finding.RemediesOf(h.Product, kinds)
}
