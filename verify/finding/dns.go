package finding

import (
	"net/netip"
	"strings"

	"mxlab/verify"
)

var (
	domainMissing = &Kind{"domain-missing", High, "the domain does not exist in the DNS",
		"recipient's end: register the domain or publish its zone; sender's end: check the spelling"}
	mxLookupFailed = &Kind{"mx-lookup-failed", High, "the name servers do not answer for the domain's MX records",
		"recipient's end: repair the domain's name servers; until then mail waits"}
	nullMX = &Kind{"null-mx", Info, "the domain says by a null MX that it takes no mail (RFC 7505)",
		"recipient's end: if it is to take mail, name its hosts in MX records"}
	nullMXBesideOthers = &Kind{"null-mx-beside-others", Medium, "a null MX stands beside other MX records, which RFC 7505 section 3 forbids",
		"recipient's end: delete it, or the others"}
	noMX = &Kind{"no-mx", Info, "the domain has no MX record, so that mail goes to its own address (RFC 5321 section 5.1)",
		"recipient's end: publish an MX record that names the host"}
	mxIsAddress = &Kind{"mx-is-address", Medium, "an MX record holds an address, where a name belongs (RFC 1035 section 3.3.9)",
		"recipient's end: name a host there that has an A record with it"}
	mxIsAlias = &Kind{"mx-is-alias", Low, "an MX record names an alias (RFC 2181 section 10.3)",
		"recipient's end: name the host itself; some senders do not follow"}
	hostMissing = &Kind{"host-missing", Medium, "an MX record names a host that has no address",
		"recipient's end: publish its A record, or delete the MX record"}
	hostLookupFailed = &Kind{"host-lookup-failed", Medium, "the name servers do not answer for the addresses of a host",
		"recipient's end: repair the name servers of its zone"}
)

func dnsKinds() []*Kind {
	return []*Kind{domainMissing, mxLookupFailed, nullMX, nullMXBesideOthers, noMX, mxIsAddress, mxIsAlias, hostMissing, hostLookupFailed}
}

// dns looks at how the mail comes to the host.
func (l *look) dns() {
	hop := l.ev.Hop
	_, noName := netip.ParseAddr(hop.Host)
	switch {
	case hop.Fault == verify.HopNullMX && hop.Host != "":
		l.noteName(nullMXBesideOthers, "", "")
	case hop.Fault == verify.HopNullMX:
		l.noteName(nullMX, "", "")
	case hop.Fault == verify.HopNXDomain && hop.Host == "":
		l.noteName(domainMissing, "", "")
	case hop.Fault == verify.HopLookup && hop.Host == "":
		l.noteName(mxLookupFailed, "", "%s", l.ev.Lookups[verify.Question{Name: l.ev.Domain, Type: "MX"}].Status)
	case hop.Fault == verify.HopLookup:
		l.noteName(hostLookupFailed, hop.Host, "%s", l.statuses(verify.Status.Soft))
	case hop.Fault != "" && noName == nil:
		l.noteName(mxIsAddress, hop.Host, "")
	case hop.Fault != "":
		l.noteName(hostMissing, hop.Host, "%s", l.statuses(func(s verify.Status) bool { return !s.Soft() }))
	}
	if hop.Implicit {
		l.noteName(noMX, "", "")
	} else if to := l.ev.Lookups[verify.Question{Name: hop.Host, Type: "A"}].CNAMEs; len(to) > 0 {
		l.noteName(mxIsAlias, hop.Host, "of %s", strings.Join(to, ", "))
	}
}

// statuses are the words in which the lookups of the host's addresses ended, as
// far as they matter.
func (l *look) statuses(matters func(verify.Status) bool) string {
	var parts []string
	for _, typ := range []string{"A", "AAAA"} {
		if s := l.ev.Lookups[verify.Question{Name: l.ev.Hop.Host, Type: typ}].Status; matters(s) {
			parts = append(parts, typ+" "+string(s))
		}
	}
	return strings.Join(parts, ", ")
}
