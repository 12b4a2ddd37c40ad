package exo

import (
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
	}
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
	if option("after220") == "clear" {
		s.Failed = connector.Action{Rule: ruleOpportunisticClearAfter220, Send: true}
	}
}
