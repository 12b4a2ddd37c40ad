package exo

import "mxlab/verify"

// said gives what a message trace has where a host was left.
func said(_ string, v *verify.Verdict) verify.Saying {
	if v.Outcome != verify.Deferred {
		return verify.Saying{}
	}
	switch v.Reason {
	case verify.STARTTLSNotSupported:
		if v.Detail == verify.NotOffered {
			return verify.Saying{Text: "450 4.4.317 Cannot connect to remote server [Message=451 5.7.3 STARTTLS is required to send mail]",
				Source: "ex-shell.com, error 450 4.4.317", Certainty: verify.Documented}
		}
	case verify.Unreachable:
		return verify.Saying{Text: "450 4.4.316 Connection refused [Message=Socket error code 10061]",
			Source: reports + " for a connection that is refused; the layout is recalled", Certainty: verify.Recalled}
	}
	return verify.Saying{}
}
