package finding

import (
	"cmp"
	"net/netip"
	"slices"
)

// A Finding is what was found at one host, or in the DNS.
type Finding struct {
	Kind   *Kind
	Host   string     // as in the MX record; empty if it is about the domain
	Addr   netip.Addr // invalid if it is not about one address
	Detail string     // what exactly, in a few words
	Moment string     // what another run of the same test may tell otherwise, such as a date
}

// Sort orders findings by severity, the gravest first, and otherwise leaves them
// in the order in which they were found. Equal ones are kept once.
func Sort(all []Finding) []Finding {
	var list []Finding
	for _, f := range all {
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(b.Kind.Severity, a.Kind.Severity) })
	return list
}

// Worst is the gravest severity among findings, and false if there are none.
func Worst(all []Finding) (Severity, bool) {
	worst := Info
	for _, f := range all {
		worst = max(worst, f.Kind.Severity)
	}
	return worst, len(all) > 0
}
