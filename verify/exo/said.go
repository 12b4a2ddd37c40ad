package exo

import (
	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/pkix"
)

// said gives what a message trace has where a host was left.
func said(_ string, v *verify.Verdict) verify.Saying {
	if v.Outcome != verify.Deferred {
		return verify.Saying{}
	}
	switch word, ok := connector.Status(v.Reason, v.Detail); {
	case v.Detail == verify.Detail(pkix.MissingIntermediate):
		return verify.Saying{Text: "450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]",
			Source: "Microsoft Learn, fix error code 450 4.4.317 UntrustedRoot", Certainty: verify.Documented}
	case word == connector.SubjectMismatch:
		return verify.Saying{Text: "450 4.7.320 Certificate validation failed {MSG=SubjectMismatch}",
			Source: "Microsoft Learn, archive: mail not routing to on-premise Exchange 2013 environment", Certainty: verify.Documented}
	case ok:
		return verify.Saying{Text: "450 4.7.320 Certificate validation failed {MSG=" + word + "}",
			Source: "as for SubjectMismatch; the word is recalled", Certainty: verify.Recalled}
	}
	switch v.Reason {
	case verify.STARTTLSNotSupported:
		if v.Detail == verify.NotOffered {
			return verify.Saying{Text: "450 4.4.317 Cannot connect to remote server [Message=451 5.7.3 STARTTLS is required to send mail]",
				Source: "a report on 450 4.4.317, October 2022", Certainty: verify.Recalled}
		}
	case verify.Unreachable:
		return verify.Saying{Text: "450 4.4.316 Connection refused [Message=Socket error code 10061]",
			Source: reports + " for a connection that is refused; the layout is recalled", Certainty: verify.Recalled}
	}
	return verify.Saying{}
}
