package finding

import "strings"

var (
	ptrMissing = &Kind{"ptr-missing", Low, "the address has no reverse name",
		"recipient's end: have whoever runs the network publish a PTR record with the host's name"}
	ptrNotConfirmed = &Kind{"ptr-not-confirmed", Low, "the address has a reverse name that does not lead back to it",
		"recipient's end: publish an A or AAAA record with the address under the reverse name, or change the PTR record"}
	ptrLookupFailed = &Kind{"ptr-lookup-failed", Low, "the reverse name cannot be looked up",
		"recipient's end: have whoever runs the network repair the name servers of the reverse zone"}
)

func reverseKinds() []*Kind { return []*Kind{ptrMissing, ptrNotConfirmed, ptrLookupFailed} }

// reverse looks whether the PTR names of the address are forward-confirmed.
func (l *look) reverse() {
	status, entries, needs := l.ev.Reverse(l.ev.Hop.Addr.Addr())
	l.needs = append(l.needs, needs...)
	var names []string
	for _, e := range entries {
		if e.Confirmed {
			return
		}
		names = append(names, e.Name)
	}
	switch {
	case len(needs) > 0:
	case status.Soft():
		l.note(ptrLookupFailed, "%s", status)
	case len(entries) == 0:
		l.note(ptrMissing, "%s", status)
	default:
		l.note(ptrNotConfirmed, "%s", strings.Join(names, ", "))
	}
}
