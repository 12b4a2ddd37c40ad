package esa

import "mxlab/verify"

// verify is the algorithm of settings 4 and 5.
func (j *judgement) verify(p presented) (bool, []verify.Need) {
	steps := j.order()
	old := j.old
	if j.compare(steps[0].rule, verify.RefDomain, j.Evidence.Domain, verify.DNSID, p.san, false) {
		j.rest(steps[1:]...)
		return true, nil
	}
	if j.compare(steps[1].rule, verify.RefDomain, j.Evidence.Domain, verify.CNID, p.cn, old) {
		j.rest(steps[2:]...)
		return true, nil
	}
	matched, needs := j.verifyPTR(p, steps[2].rule, old)
	if matched || needs != nil {
		return matched, needs
	}
	return j.verifyMX(p)
}

// verifyPTR compares the common name with the PTR names of the address.
func (j *judgement) verifyPTR(p presented, r *verify.Rule, old bool) (bool, []verify.Need) {
	if len(p.cn) == 0 {
		j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: r, Kind: verify.RefPTR, From: verify.CNID, Result: verify.Skipped,
			Why: "the certificate has none"})
		j.Decide(r)
		return false, nil
	}
	status, entries, needs := j.Evidence.Reverse(j.Evidence.Hop.Addr.Addr())
	if needs != nil {
		return false, needs
	}
	if len(entries) == 0 {
		if j.skip(ruleVerifyNoPTR, verify.RefPTR, "PTR lookup: "+string(status)) {
			return false, nil
		}
		return j.compare(ruleVerifyNoPTR, verify.RefPTR, "", verify.CNID, p.cn, old), nil
	}
	if len(entries) > 1 {
		r = ruleVerifyPTRs
	}
	for _, e := range entries {
		if !old && !j.Holds(ruleForward, e.Confirmed) {
			j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: ruleForward, Kind: verify.RefPTR, Reference: e.Name, Result: verify.Skipped,
				Why: "not forward-confirmed"})
			j.Decide(ruleForward)
			continue
		}
		if j.compare(r, verify.RefPTR, e.Name, verify.CNID, p.cn, old) {
			return true, nil
		}
	}
	return false, nil
}

// verifyMX notes that MX names are not compared.
func (j *judgement) verifyMX(p presented) (bool, []verify.Need) {
	if j.skip(ruleVerifyNoMX, verify.RefMX, "this setting never compares MX names") {
		return false, nil
	}
	_, mx, needs := j.Evidence.MXNames()
	if needs != nil {
		return false, needs
	}
	for _, name := range mx {
		if j.compare(ruleVerifyNoMX, verify.RefMX, name, verify.DNSID, p.san, false) {
			return true, nil
		}
	}
	return false, nil
}
