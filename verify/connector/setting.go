package connector

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

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
	Valid    Action       // the chain holds, and nothing more is checked; only with Chain
	Path     Path         // only with Chain and Names
	Identity Identity     // only with Names
	Direct   Direct       // only with Known
}

// Described gives the setting with what it can come to; with Names the kinds of
// names stand in its Matches.
func (s Setting) Described() verify.Setting {
	d := s.Setting
	switch s.Check {
	case Names:
		d.Outcomes = append(d.Outcomes, verify.Verified)
	case Known:
		d.Outcomes, d.Matches = append(d.Outcomes, verify.Verified), []verify.Kind{verify.RefCertificate}
	default:
		d.Blind = s.Check == Unchecked
		if s.Ignore == nil {
			d.Outcomes = append(d.Outcomes, verify.Encrypted)
		}
	}
	if s.Offered.Send {
		d.Outcomes = append(d.Outcomes, verify.Cleartext)
	}
	d.Outcomes = append(d.Outcomes, verify.Diverted) // a gateway's portal takes what TLS kept from the hosts
	return d
}

// An Action is what a connector does, and the rule that says so.
type Action = judge.Action

// A Check says how far a certificate is checked.
type Check int

// The checks.
const (
	Unchecked Check = iota // it is not looked at
	Chain                  // its path, and whether it is revoked
	Names                  // that, and then its names
	Known                  // whether it is one that the sender knows; nothing else
)

// Path are the rules on certificate paths. None may be nil but that of Ignored.
type Path struct {
	judge.PathRules
	SHA1    *verify.Rule // a SHA-1 signature is no fault
	Issuers Reading      // what a host did not send is fetched
	Source  Reading      // a certificate that names nobody who would tell whether it is revoked passes
	Ignored *verify.Rule // one passes of which those do not tell that it names; nil where it does not
}

// Direct are the rules on certificates that the sender knows. None may be nil.
type Direct struct {
	Known *verify.Rule // such a certificate verifies the host
	Dates *verify.Rule // also outside of its dates
}

// A Reading is a point on which an outcome may rest either way: the rule for the
// way that is taken, and which it is.
type Reading struct {
	Rule *verify.Rule
	Yes  bool
}

// Identity are the rules on names. None may be nil but those that say so.
type Identity struct {
	Kind      verify.Kind  // of the reference identifier
	Reference string       // empty for the recipient's domain; *.NAME for every name below it
	Pattern   *verify.Rule // every name below matches a reference *.NAME; nil for other references
	SAN       *verify.Rule // a dNSName that matches
	CN        *verify.Rule // the common name, where there is no dNSName
	Beside    *verify.Rule // the common name beside dNSNames
	SeveralCN *verify.Rule // any of several common names will do
	Labels    Reading      // a star stands for more than one label
	Below     Reading      // a name below the reference will do; without a rule that is not asked
	Routed    *verify.Rule // where smart hosts are used the reference is the recipient's domain all the same; may be nil
	Unset     *verify.Rule // there is no reference, so nothing matches; nil where there is one
	Mutual    *verify.Rule // a host that asks for no certificate passes; nil where that is not asked
}
