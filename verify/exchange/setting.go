package exchange

import (
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
		s.Failed, s.WeakHash = connector.Action{Rule: ruleOpportunisticClearAfter220, Send: true}, nil
	}
}
