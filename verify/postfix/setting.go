package postfix

import (
	"bytes"
	"crypto/x509"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// settings gives the levels in the order of postconf(5).
func settings() []mta.Setting {
	clear := judge.Action{Rule: ruleNone, Send: true}
	may := mta.Setting{
		Setting: verify.Setting{Name: "may", Menu: "smtp_tls_security_level = may",
			Summary: "TLS if the host offers it, else clear text; a handshake that fails leaves the message queued, and it goes in clear text when it is tried again; nothing hangs on the certificate"},
		Offered: judge.Action{Rule: ruleMayOffered, Send: true},
		Refused: judge.Action{Rule: ruleMayRefused, Send: true},
		Failed:  judge.Action{Rule: ruleMayFailed},
		Late:    mta.Late{Age: minimalBackoff, Action: judge.Action{Rule: ruleMayLate, Send: true}},
		Checked: judge.Action{Rule: ruleMayTLS, Send: true},
	}
	return []mta.Setting{
		{Setting: verify.Setting{Name: "none", Menu: "smtp_tls_security_level = none", Summary: "never TLS"},
			Never: ruleNone, Offered: clear, Refused: clear, Failed: clear, Checked: clear},
		may,
		required("encrypt", "TLS or nothing; nothing hangs on the certificate", ruleEncrypt, judge.Action{Rule: ruleEncryptTLS, Send: true}),
		fingerprint(),
		named("verify", "TLS and a verified certificate, or nothing: a name of the certificate is that of the MX host",
			ruleVerify, judge.Action{Rule: ruleVerifyBad}, hostname, verify.RefMX, verify.RefRoute),
		named("secure", "TLS and a verified certificate, or nothing: a name of the certificate is the next hop, or lies below it",
			ruleSecure, judge.Action{Rule: ruleSecureBad}, nextHop, verify.RefDomain, verify.RefRoute),
	}
}

// required makes a level that sends nothing without TLS, by a rule.
func required(level, summary string, without *verify.Rule, checked judge.Action) mta.Setting {
	no := judge.Action{Rule: without}
	return mta.Setting{Setting: verify.Setting{Name: level, Menu: "smtp_tls_security_level = " + level, Summary: summary},
		Offered: no, Refused: no, Failed: no, Checked: checked}
}

// named makes a level that compares names.
func named(level, summary string, without *verify.Rule, checked judge.Action, references func(verify.Evidence) ([]mta.Reference, []verify.Need), kinds ...verify.Kind) mta.Setting {
	s := required(level, summary, without, checked)
	s.Check, s.Path, s.Matches, s.Refusals = mta.Names, path, kinds, verifying
	s.Identity = mta.Identity{References: references, CommonNames: judge.CommonNames, SANOnly: ruleSANOnly}
	return s
}

func fingerprint() mta.Setting {
	s := required("fingerprint", "TLS and a certificate that is listed by its digest, or nothing; nothing else of it matters",
		ruleFingerprint, judge.Action{Rule: ruleFingerprints})
	s.Check, s.Refusals, s.Known = mta.Direct, verifying, mta.Known{Rule: ruleKnown, Is: listed}
	return s
}

// listed reports whether a certificate is among those of which a digest is listed.
func listed(leaf *x509.Certificate, known [][]byte) bool {
	for _, der := range known {
		if bytes.Equal(der, leaf.Raw) {
			return true
		}
	}
	return false
}

// keyListed reports whether a certificate has the public key of one of those.
func keyListed(leaf *x509.Certificate, known [][]byte) bool {
	for _, der := range known {
		if c, err := x509.ParseCertificate(der); err == nil && bytes.Equal(c.RawSubjectPublicKeyInfo, leaf.RawSubjectPublicKeyInfo) {
			return true
		}
	}
	return false
}

// verifying is what the levels refuse that look at the certificate.
var verifying = []mta.Refusal{{Rule: ruleSignature, Why: oldSignature}}

// hostname gives the name from the MX lookup; where mail is routed, that of the
// route, or of each route that leads here.
func hostname(ev verify.Evidence) (all []mta.Reference, _ []verify.Need) {
	kind, names := verify.RefMX, []string{ev.Hop.Host}
	if len(ev.Routes) > 0 {
		kind = verify.RefRoute
		if len(ev.Hop.Routes) > 1 {
			names = append(names, ev.Hop.Routes[1:]...)
		}
	}
	for _, name := range names {
		all = append(all, mta.Reference{Kind: kind, Name: name, SAN: ruleHostname, CN: ruleHostnameCN, Match: Match})
	}
	return all, nil
}

// nextHop gives the next hop and what lies below it; several of them where several
// routes lead here.
func nextHop(ev verify.Evidence) (all []mta.Reference, _ []verify.Need) {
	kind, names := verify.RefDomain, []string{ev.Domain}
	switch {
	case len(ev.Hop.Routes) > 0:
		kind, names = verify.RefRoute, ev.Hop.Routes
	case len(ev.Routes) > 0:
		kind, names = verify.RefRoute, []string{ev.Hop.Host}
	}
	for _, name := range names {
		all = append(all, mta.Reference{Kind: kind, Name: name, SAN: ruleNextHop, CN: ruleNextHopCN, Match: Match},
			mta.Reference{Kind: kind, Name: "." + name, SAN: ruleDotNextHop, CN: ruleDotNextHopCN, Match: Match})
	}
	return all, nil
}

// choose changes a level by its options.
func choose(s *mta.Setting, option func(string) string) {
	if option("pin") == "key" {
		s.Known = mta.Known{Rule: ruleKnownKey, Is: keyListed}
	}
}
