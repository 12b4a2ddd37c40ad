package opensmtpd

import (
	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// settings gives the settings from the weakest to the strongest.
func settings() []mta.Setting {
	clear := mta.Setting{
		Setting: verify.Setting{Name: "relay", Menu: "relay",
			Summary: "TLS if the host offers it and the handshake comes about, else clear text; the certificate is checked, and nothing hangs on it"},
		Offered: judge.Action{Rule: ruleRelayOffered, Send: true},
		Refused: judge.Action{Rule: ruleRelayRefused, Send: true},
		Failed:  judge.Action{Rule: ruleRelayFailed, Send: true},
		Silent:  judge.Action{Rule: ruleRelaySilent},
		Checked: judge.Action{Rule: ruleRelayBad, Send: true},
	}
	all := []mta.Setting{
		clear,
		required("relay-tls-no-verify", "relay tls no-verify", "TLS or nothing; the certificate is checked, and nothing hangs on it",
			ruleNoVerify, judge.Action{Rule: ruleNoVerifyBad, Send: true}),
		required("relay-tls", "relay tls", "TLS and a verified certificate, or nothing: dNSName, or the common name where there is none, against the name of the MX host",
			ruleTLS, judge.Action{Rule: ruleTLSBad}),
	}
	for i := range all {
		all[i].Check, all[i].Path = mta.Names, path
		all[i].Matches = []verify.Kind{verify.RefMX, verify.RefRoute}
		all[i].Identity = mta.Identity{References: references, Named: named, CommonNames: commonName, SANOnly: ruleSANOnly}
	}
	return all
}

// required makes a setting that sends nothing without TLS, by a rule.
func required(name, menu, summary string, without *verify.Rule, checked judge.Action) mta.Setting {
	no := judge.Action{Rule: without}
	return mta.Setting{Setting: verify.Setting{Name: name, Menu: menu, Summary: summary}, Offered: no, Refused: no, Failed: no, HELO: ruleHELO, Checked: checked}
}

// references gives the one name that a host is known by: that of the MX record,
// or of the relay host.
func references(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
	r := mta.Reference{Kind: verify.RefMX, Name: ev.Hop.Host, SAN: ruleSAN, CN: ruleCN, Match: Match}
	switch {
	case len(ev.Hop.Routes) > 0:
		r.Kind, r.Name = verify.RefRoute, ev.Hop.Routes[0]
	case len(ev.Routes) > 0:
		r.Kind = verify.RefRoute
	}
	if isAddress(r.Name) {
		r.SAN, r.Presented = ruleSANAddress, addresses
	}
	return []mta.Reference{r}, nil
}
