package exim

import (
	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// settings gives the settings from the weakest to the strongest.
func settings() []mta.Setting {
	shipped := plainly("as-shipped", "no options",
		"TLS if the host offers it and the handshake comes about, else clear text; the certificate is checked, and nothing hangs on it")
	shipped.Checked = judge.Action{Rule: ruleTried, Send: true}

	verify := plainly("tls-verify-hosts", "tls_verify_hosts = *",
		"a certificate that does not hold ends the handshake, and the mail goes in clear text, as it does wherever TLS fails")
	verify.Checked, verify.Ends = judge.Action{Rule: ruleVerifyHosts, Send: true}, true

	require := required("hosts-require-tls", "hosts_require_tls = *",
		"TLS or nothing; the certificate is checked, and nothing hangs on it", ruleRequire)
	require.Checked = judge.Action{Rule: ruleRequireTried, Send: true}

	both := required("require-and-verify", "hosts_require_tls = *, tls_verify_hosts = *",
		"TLS and a verified certificate, or nothing: dNSName, or the common name where there is none, against the name of the MX host", ruleBoth)
	both.Checked = judge.Action{Rule: ruleBothBad}

	all := []mta.Setting{checked(shipped), checked(verify), checked(require), checked(both)}
	all[3].Identity.References = everyRoute
	return all
}

// plainly makes a setting that sends in clear text wherever TLS does not come
// about.
func plainly(name, menu, summary string) mta.Setting {
	return mta.Setting{Setting: verify.Setting{Name: name, Menu: menu, Summary: summary},
		Offered: judge.Action{Rule: ruleNotOffered, Send: true},
		Refused: judge.Action{Rule: ruleRefused, Send: true},
		Failed:  judge.Action{Rule: ruleFailed, Send: true},
		Early:   judge.Action{Rule: ruleEarly, Send: true},
	}
}

// required makes a setting that sends nothing without TLS, by a rule.
func required(name, menu, summary string, without *verify.Rule) mta.Setting {
	no := judge.Action{Rule: without}
	return mta.Setting{Setting: verify.Setting{Name: name, Menu: menu, Summary: summary}, Offered: no, Refused: no, Failed: no}
}

// checked has the setting check names, as all do.
func checked(s mta.Setting) mta.Setting {
	s.Check, s.Path = mta.Names, path
	s.Matches = []verify.Kind{verify.RefMX, verify.RefRoute}
	s.Identity = mta.Identity{References: references, Named: named, CommonNames: CommonName, SANOnly: ruleSANOnly}
	return s
}

// references gives the one name that a host is known by: that of the MX record,
// or of the route.
func references(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
	r := mta.Reference{Kind: verify.RefMX, Name: ev.Hop.Host, SAN: ruleSAN, CN: ruleCN, Match: Match}
	if len(ev.Routes) > 0 {
		r.Kind = verify.RefRoute
	}
	if isAddress(r.Name) {
		r.SAN, r.Presented = ruleSANAddress, addresses
	}
	return []mta.Reference{r}, nil
}

// everyRoute has the names of all routes that lead to the host: one whose name the
// certificate lacks is left for the next.
func everyRoute(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
	list, needs := references(ev)
	for i, name := range ev.Hop.Routes {
		if i > 0 {
			r := list[0]
			r.Name = name
			list = append(list, r)
		}
	}
	return list, needs
}
