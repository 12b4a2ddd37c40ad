package exchange

import (
	"strings"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// settings gives the settings from the weakest to the strongest.
func settings() []connector.Setting {
	return []connector.Setting{
		{
			Setting: verify.Setting{Name: "opportunistic", Menu: "RequireTLS $false",
				Summary: "TLS if the host offers it, else clear text; the certificate is not looked at"},
			Offered: connector.Action{Rule: ruleOpportunisticOffered, Send: true},
			Refused: connector.Action{Rule: ruleOpportunisticRefused, Send: true},
			Failed:  connector.Action{Rule: ruleOpportunisticFailed}, WeakHash: ruleOpportunisticWeakHash,
			Checked: connector.Action{Rule: ruleOpportunisticTLS, Send: true},
		},
		{
			Setting: verify.Setting{Name: "ignore-starttls", Menu: "IgnoreSTARTTLS $true",
				Summary: "never TLS"},
			Ignore: ruleIgnore, Offered: connector.Action{Rule: ruleIgnore, Send: true}, Refused: connector.Action{Rule: ruleIgnore, Send: true},
			Failed: connector.Action{Rule: ruleIgnore, Send: true}, Checked: connector.Action{Rule: ruleIgnore, Send: true},
		},
		required("require-tls", "RequireTLS $true", "TLS or nothing; the certificate is not looked at",
			ruleRequire, connector.Action{Rule: ruleRequireTLS, Send: true}),
		required("encryption-only", "RequireTLS $true, TlsAuthLevel EncryptionOnly", "TLS or nothing; the certificate is not looked at",
			ruleEncryptionOnly, connector.Action{Rule: ruleEncryptionOnlyTLS, Send: true}),
		certificateValidation(), domainValidation(), domainSecurity(), directTrust(),
	}
}

func certificateValidation() connector.Setting {
	s := required("certificate-validation", "RequireTLS $true, TlsAuthLevel CertificateValidation",
		"TLS and a valid certificate, or nothing: the chain must hold and nothing in it be revoked; whom it names does not matter",
		ruleCertificate, connector.Action{Rule: ruleCertificateBad})
	s.Check, s.Path, s.Valid = connector.Chain, path, connector.Action{Rule: ruleCertificateValid, Send: true}
	return s
}

func domainValidation() connector.Setting {
	s := required("domain-validation", "RequireTLS $true, TlsAuthLevel DomainValidation",
		"as certificate-validation, and a name of the certificate must be the TlsDomain, or the recipient's domain where none is set",
		ruleDomain, connector.Action{Rule: ruleDomainBad})
	s.Check, s.Path = connector.Names, path
	s.Matches = []verify.Kind{verify.RefDomain, verify.RefTLSDomain}
	s.Identity = connector.Identity{Kind: verify.RefDomain, SAN: ruleSAN, CN: ruleCN, Beside: ruleCNBeside, SeveralCN: ruleSeveralCN,
		Labels: connector.Reading{Rule: ruleOneLabel}, Routed: ruleDomainSmartHost}
	return s
}

func domainSecurity() connector.Setting {
	s := required("domain-security", "DomainSecureEnabled $true, the domain in TLSSendDomainSecureList",
		"mutual TLS or nothing: a valid chain, nothing in it revoked, and a name of the certificate that is the recipient's domain",
		ruleSecurity, connector.Action{Rule: ruleSecurityBad})
	s.Check, s.Path = connector.Names, path
	s.Matches = []verify.Kind{verify.RefDomain}
	s.Path.Dates, s.Path.Offline = ruleSecurityDates, ruleSecurityOffline
	s.Identity = connector.Identity{Kind: verify.RefDomain, SAN: ruleSecuritySAN, CN: ruleSecurityCN, Beside: ruleSecurityCN, SeveralCN: ruleSeveralCN,
		Labels: connector.Reading{Rule: ruleOneLabel}, Below: connector.Reading{Rule: ruleSecurityNoBelow},
		Routed: ruleSecuritySmartHost, Mutual: ruleSecurityNotAsked}
	return s
}

func directTrust() connector.Setting {
	s := required("direct-trust", "between the servers of one organisation, Edge servers with a subscription among them",
		"X-ANONYMOUSTLS or nothing: the certificate must be one that the sender knows beforehand; nothing else of it matters",
		ruleDirect, connector.Action{Rule: ruleDirectBad})
	s.Offered, s.Check = connector.Action{Rule: ruleDirectOffered}, connector.Known
	s.Direct = connector.Direct{Known: ruleDirectKnown, Dates: ruleDirectDates}
	return s
}

// required makes a setting that sends nothing without TLS, by a rule.
func required(name, menu, summary string, without *verify.Rule, checked connector.Action) connector.Setting {
	no := connector.Action{Rule: without}
	return connector.Setting{Setting: verify.Setting{Name: name, Menu: menu, Summary: summary}, Offered: no, Refused: no, Failed: no, Checked: checked}
}

// choose changes a setting by its options.
func choose(s *connector.Setting, option func(string) string) {
	if option("refused-starttls") == "defer" {
		s.Refused = connector.Action{Rule: ruleOpportunisticRefusedDefer}
	}
	if option("revocation-offline") == "ignore" {
		s.Path.Ignored = ruleOfflineIgnored
	}
	if option("revocation-source") == "required" {
		s.Path.Source = connector.Reading{Rule: ruleSourceRequired}
	}
	if option("aia") == "no" {
		s.Path.Issuers = connector.Reading{Rule: ruleIssuersNotFetched}
	}
	if option("cert-wildcard") == "multi-level" {
		s.Identity.Labels = connector.Reading{Rule: ruleManyLabels, Yes: true}
	}
	if option("subdomains") == "yes" {
		s.Identity.Below = connector.Reading{Rule: ruleSecurityBelow, Yes: true}
	}
	if name := option("tls-domain"); name != "" && name != "none" {
		s.Identity.Kind, s.Identity.Reference = verify.RefTLSDomain, name
		if strings.HasPrefix(name, "*.") {
			s.Identity.Pattern = rulePattern
		}
	}
	if option("after220") == "clear" {
		s.Failed, s.WeakHash = connector.Action{Rule: ruleOpportunisticClearAfter220, Send: true}, nil
	}
}
