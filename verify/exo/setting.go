package exo

import (
	"strings"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// settings gives the settings from the weakest to the strongest.
func settings() []connector.Setting {
	return []connector.Setting{
		{
			Setting: verify.Setting{Name: "opportunistic", Menu: "TlsSettings $null",
				Summary: "TLS if the host offers it, else clear text; the certificate is not looked at"},
			Offered: connector.Action{Rule: ruleOpportunisticOffered, Send: true},
			Refused: connector.Action{Rule: ruleOpportunisticRefused, Send: true},
			Failed:  connector.Action{Rule: ruleOpportunisticFailed},
			Checked: connector.Action{Rule: ruleOpportunisticTLS, Send: true},
		},
		required("encryption-only", "TlsSettings EncryptionOnly", "TLS or nothing; the certificate is not looked at",
			ruleEncryptionOnly, connector.Action{Rule: ruleEncryptionOnlyTLS, Send: true}),
		certificateValidation(), domainValidation(),
	}
}

func certificateValidation() connector.Setting {
	s := required("certificate-validation", "TlsSettings CertificateValidation",
		"TLS and a valid certificate, or nothing: the chain must hold as it was sent and nothing in it be revoked; whom it names does not matter",
		ruleCertificate, connector.Action{Rule: ruleCertificateBad})
	s.Check, s.Path, s.Valid = connector.Chain, path, connector.Action{Rule: ruleCertificateValid, Send: true}
	return s
}

func domainValidation() connector.Setting {
	s := required("domain-validation", "TlsSettings DomainValidation",
		"as certificate-validation, and a name of the certificate must be the TlsDomain; without one nothing will do",
		ruleDomain, connector.Action{Rule: ruleDomainBad})
	s.Check, s.Path = connector.Names, path
	s.Matches = []verify.Kind{verify.RefTLSDomain}
	s.Identity = connector.Identity{Kind: verify.RefDomain, SAN: ruleSAN, CN: ruleCN, Beside: ruleCNBeside, SeveralCN: ruleSeveralCN,
		Labels: connector.Reading{Rule: ruleOneLabel}, Unset: ruleNoTLSDomain}
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
	if option("cert-wildcard") == "multi-level" {
		s.Identity.Labels = connector.Reading{Rule: ruleManyLabels, Yes: true}
	}
	if name := option("tls-domain"); name != "" && name != "none" {
		s.Identity.Kind, s.Identity.Reference, s.Identity.Unset = verify.RefTLSDomain, name, nil
		if strings.HasPrefix(name, "*.") {
			s.Identity.Pattern = rulePattern
		}
	}
	if option("after220") == "clear" {
		s.Failed = connector.Action{Rule: ruleOpportunisticClearAfter220, Send: true}
	}
}
