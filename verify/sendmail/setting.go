package sendmail

import (
	"crypto/x509"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// settings gives the settings from the weakest to the strongest.
func settings() []mta.Setting {
	chain := required("verify", "TLS_Srv: VERIFY", "TLS and a valid chain, or nothing; whom the certificate names does not matter",
		ruleVerify, judge.Action{Rule: ruleVerifyBad})
	chain.Check, chain.Path, chain.Valid = mta.Chain, path, judge.Action{Rule: ruleVerifyValid, Send: true}
	name := required("verify-cn", "TLS_Srv: VERIFY+CN", "TLS and a valid chain, or nothing, and the common name must be the name of the MX host",
		ruleVerifyCN, judge.Action{Rule: ruleVerifyCNBad})
	name.Check, name.Path = mta.Names, path
	name.Matches = []verify.Kind{verify.RefMX, verify.RefRoute}
	name.Identity = mta.Identity{References: references, Named: func(*x509.Certificate) bool { return false }, CommonNames: CommonName}
	return []mta.Setting{
		{
			Setting: verify.Setting{Name: "opportunistic", Menu: "no TLS_Srv entry",
				Summary: "TLS if the host offers it, else clear text; no clear text once the host has said 220; the certificate is looked at, and nothing hangs on it"},
			Offered: judge.Action{Rule: ruleNotOffered, Send: true},
			Refused: judge.Action{Rule: ruleRefused, Send: true},
			Odd:     judge.Action{Rule: ruleOdd},
			Failed:  judge.Action{Rule: ruleFailed},
			Checked: judge.Action{Rule: ruleUnchecked, Send: true},
		},
		required("encr", "TLS_Srv: ENCR:112", "TLS or nothing; the certificate is looked at, and nothing hangs on it",
			ruleEncr, judge.Action{Rule: ruleEncrUnchecked, Send: true}),
		chain, name,
	}
}

// required makes a setting that sends nothing without TLS, by a rule.
func required(name, menu, summary string, without *verify.Rule, checked judge.Action) mta.Setting {
	no := judge.Action{Rule: without}
	return mta.Setting{Setting: verify.Setting{Name: name, Menu: menu, Summary: summary}, Offered: no, Refused: no, Failed: no, Checked: checked}
}

// chosen changes a setting by its options.
func chosen(s *mta.Setting, option func(string) string) {
	if option("tls-fallback-to-clear") == "yes" {
		s.Failed = judge.Action{Rule: ruleFallback, Send: true}
	}
}

// references gives the one name that a host is known by: that of the MX record,
// or of the route.
func references(ev verify.Evidence) ([]mta.Reference, []verify.Need) {
	r := mta.Reference{Kind: verify.RefMX, Name: ev.Hop.Host, CN: ruleCN, Match: Match}
	if len(ev.Routes) > 0 {
		r.Kind = verify.RefRoute
	}
	return []mta.Reference{r}, nil
}

// CommonName gives the first common name, the only one that is looked at.
func CommonName(leaf *x509.Certificate) []string {
	cns := judge.CommonNames(leaf)
	return cns[:min(1, len(cns))]
}

// Match compares octets, ASCII letters without case.
func Match(presented []string, reference string) (string, verify.Mismatch) {
	if len(presented) == 0 {
		return "", verify.NoNames
	}
	if strings.EqualFold(presented[0], reference) {
		return presented[0], ""
	}
	return "", verify.OtherName
}

// tooLong is SSL_CTX_set_max_cert_list(3).
func tooLong(s *verify.Session) string {
	if s.TLS.ChainOctets() > 100<<10 {
		return "more than 102,400 octets"
	}
	return ""
}
