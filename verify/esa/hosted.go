package esa

import (
	"slices"

	"mxlab/verify"
)

// hosted is the algorithm of setting 6.
func (j *judgement) hosted(p presented) (bool, []verify.Need) {
	from, names := verify.DNSID, p.san
	if j.Holds(ruleHostedSAN, len(p.san) > 0) {
		if len(p.cn) > 0 {
			j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: ruleHostedSAN, Subject: "CN " + p.cn[0], Result: verify.Skipped,
				Why: "the certificate has a dNSName"})
			j.Decide(ruleHostedSAN)
		}
	} else {
		from, names = verify.CNID, p.cn
	}
	if j.compare(ruleHostedDomain, verify.RefDomain, j.Evidence.Domain, from, names, false) {
		j.rest(j.hostedSecond())
		return true, nil
	}
	if routes := j.routeNames(); routes != nil {
		return j.hostedRoutes(routes, from, names), nil
	}
	matched, needs := j.hostedMX(from, names)
	if matched || needs != nil {
		return matched, needs
	}
	return j.hostedPTR(from, names)
}

// hostedSecond gives the second comparison: route names, or else MX names.
func (j *judgement) hostedSecond() step {
	if j.routeNames() != nil {
		return step{ruleHostedRoute, verify.RefRoute}
	}
	return step{ruleHostedMX, verify.RefMX}
}

// routeNames gives the host names of the domain's SMTP routes, nil if there is
// none or if all are addresses.
func (j *judgement) routeNames() []string {
	var names []string
	for _, r := range j.Evidence.Routes {
		if r.Name != "" {
			names = append(names, r.Name)
		}
	}
	return names
}

// hostedRoutes compares the names of routes; nothing follows.
func (j *judgement) hostedRoutes(routes []string, from verify.Source, names []string) bool {
	for _, name := range routes {
		r := ruleHostedRoute
		if !slices.Contains(j.Evidence.Hop.Routes, name) {
			if r = ruleHostedAllRoutes; j.Option("route-names") == "connected" {
				r = ruleHostedOtherRoute
			}
		}
		if r == ruleHostedOtherRoute && j.Holds(r, true) {
			j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: r, Kind: verify.RefRoute, Reference: name, Result: verify.Skipped,
				Why: "this route leads to another host"})
			// Where the name would not match either, both readings agree.
			if _, why := j.match(names, name); why == "" {
				j.Decide(r)
			}
			continue
		}
		if j.compare(r, verify.RefRoute, name, from, names, false) {
			return true
		}
	}
	return false
}

// hostedMX compares the domain's MX names.
func (j *judgement) hostedMX(from verify.Source, names []string) (bool, []verify.Need) {
	status, mx, needs := j.Evidence.MXNames()
	if needs != nil {
		return false, needs
	}
	if len(mx) == 0 {
		j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: ruleHostedMX, Kind: verify.RefMX, Result: verify.Skipped,
			Why: "MX lookup: " + string(status)})
		j.Decide(ruleHostedMX)
	}
	for _, name := range mx {
		r := ruleHostedMX
		// By a route to an address no MX name was connected to: all count.
		if len(j.Evidence.Routes) == 0 && name != j.Evidence.Hop.Host {
			if r = ruleHostedOtherMX; j.Option("mx-names") == "connected" {
				r = ruleHostedOneMX
			}
		}
		if r == ruleHostedOneMX && j.Holds(r, true) {
			j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: r, Kind: verify.RefMX, Reference: name, Result: verify.Skipped,
				Why: "another host was connected to"})
			j.Decide(r)
			continue
		}
		if j.compare(r, verify.RefMX, name, from, names, false) {
			return true, nil
		}
	}
	return false, nil
}

// hostedPTR notes that PTR names are not compared.
func (j *judgement) hostedPTR(from verify.Source, names []string) (bool, []verify.Need) {
	if j.skip(ruleHostedNoPTR, verify.RefPTR, "this setting never compares PTR names") {
		return false, nil
	}
	_, entries, needs := j.Evidence.Reverse(j.Evidence.Hop.Addr.Addr())
	if needs != nil {
		return false, needs
	}
	for _, e := range entries {
		if e.Confirmed && j.compare(ruleHostedNoPTR, verify.RefPTR, e.Name, from, names, false) {
			return true, nil
		}
	}
	return false, nil
}
