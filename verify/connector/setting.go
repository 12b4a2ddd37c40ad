package connector

import "mxlab/verify"

// A Setting is one way in which a connector can be set.
type Setting struct {
	verify.Setting

	Ignore   *verify.Rule // by which STARTTLS is not used at all; nil where it is
	Offered  Action       // STARTTLS is not offered
	Refused  Action       // STARTTLS is answered with 4xx or 5xx
	Failed   Action       // TLS fails behind the 220
	WeakHash *verify.Rule // in place of the rule of Failed, where a weak hash in the chain was the cause; may be nil
	Check    Check        // how far the certificate is checked
	Checked  Action       // the certificate does not hold; or it is not checked
}

// An Action is what a connector does, and the rule that says so. Send tells
// whether the message goes to this host all the same.
type Action struct {
	Rule *verify.Rule
	Send bool
}

// A Check says how far a certificate is checked.
type Check int

// The checks.
const (
	Unchecked Check = iota // it is not looked at
)
