package exchange

import (
	"fmt"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// said gives what stands in the queue, as its last error, where a host was left.
func said(setting string, v *verify.Verdict) verify.Saying {
	if v.Outcome != verify.Deferred {
		return verify.Saying{}
	}
	if word, ok := connector.Status(v.Reason, v.Detail); ok && setting != "direct-trust" {
		if setting == "domain-security" {
			return verify.Saying{Text: "A secure connection to domain-secured domain ... could not be established ... " + word,
				Source: "an event in a report on Exchange 2007 and UntrustedRoot; the wording is not known in full", Certainty: verify.Recalled}
		}
		return verify.Saying{Text: "454 4.7.5 Certificate validation failure, Reason:" + word,
			Source: "a report on Office 365, July 2017; the reason behind the text is recalled", Certainty: verify.Recalled}
	}
	switch v.Reason {
	case verify.STARTTLSNotSupported:
		if v.Detail == verify.NotOffered && setting != "direct-trust" {
			return verify.Saying{Text: "451 5.7.3 STARTTLS is required to send mail",
				Source: "Microsoft Learn, Exchange hybrid: cannot receive mail with a new certificate", Certainty: verify.Documented}
		}
	case verify.Unreachable:
		return failover("421 4.2.1 Unable to connect", "Microsoft Learn, archive: mail flow issue from Exchange on-prem to Office 365; that it is said of every lost connection is not stated", verify.Recalled)
	case verify.ValidationFailure:
		switch verify.Cause(v.Detail) {
		case verify.HandshakeClosed, verify.HandshakeVersion:
			return failover("421 4.4.2 Connection dropped due to SocketError", "Microsoft Learn, Exchange Online: send and receive emails, SocketError", verify.Documented)
		}
	}
	return verify.Saying{}
}

// failover wraps a text as the queue does where the alternate hosts failed too.
func failover(text, source string, c verify.Certainty) verify.Saying {
	return verify.Saying{Text: fmt.Sprintf(`451 4.4.0 Primary target IP address responded with: "%s." Attempted failover to alternate host, but that did not succeed.`, text),
		Source: source, Certainty: c}
}
