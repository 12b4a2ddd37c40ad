package mta

import (
	"crypto/x509"
	"time"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// A Setting is one way in which the policy can be set.
type Setting struct {
	verify.Setting

	Never    *verify.Rule // by which STARTTLS is not used at all; nil where it is
	Offered  judge.Action // STARTTLS is not offered
	Refused  judge.Action // STARTTLS is answered with 4xx or 5xx
	Odd      judge.Action // STARTTLS is answered by neither 220 nor 4xx nor 5xx; without a rule that is a refusal
	Failed   judge.Action // TLS fails behind the 220; Send means in clear text over a new connection
	Silent   judge.Action // in place of Failed where the host says nothing more behind the 220; without a rule that makes no difference
	Early    judge.Action // the session is lost before the host answers EHLO inside TLS; without a rule that is a host that is lost. Send means in clear text over a new connection
	HELO     *verify.Rule // inside TLS a host that takes HELO only is left for the next; nil where HELO will do
	Refusals []Refusal    // for what TLS itself fails beside those of the product
	Late     Late         // in place of Failed for a message that has been in the queue for a while
	Check    Check        // how far the certificate is checked
	Checked  judge.Action // the certificate does not hold; or it is not checked
	Ends     bool         // the handshake ends where the certificate does not hold: what Checked sends goes in clear text over a new connection
	Valid    judge.Action // the path holds, and nothing more is checked; only with Chain
	Path     judge.PathRules
	Identity Identity // only with Names
	Known    Known    // only with Direct
}

// A Late is what a setting does with a message that is at least so old. The zero
// Late never comes.
type Late struct {
	Age    time.Duration
	Action judge.Action
}

// A Check says how far a certificate is checked.
type Check int

// The checks.
const (
	Unchecked Check = iota // it is not looked at
	Chain                  // its path
	Names                  // that, and then its names
	Direct                 // whether it is one that the sender knows; nothing else
)

// Identity says by which names a host is known.
type Identity struct {
	// References gives the reference identifiers in the order in which they are
	// compared.
	References func(ev verify.Evidence) ([]Reference, []verify.Need)

	// Named reports whether a certificate has names beside which the common name does
	// not count; with nil it is dNSNames.
	Named func(leaf *x509.Certificate) bool

	// CommonNames gives the common names that count where there is no dNSName; with
	// nil none does.
	CommonNames func(leaf *x509.Certificate) []string

	SANOnly *verify.Rule // where there is a dNSName the common name does not count; nil where CommonNames is
}

// A Reference is one reference identifier.
type Reference struct {
	Kind  verify.Kind
	Name  string
	SAN   *verify.Rule // a dNSName that matches verifies the host; nil where none counts
	CN    *verify.Rule // as does a common name, where there is no dNSName; nil where none counts
	Match func(presented []string, reference string) (matched string, why verify.Mismatch)

	// Presented gives the alternative names that are compared; with nil they are the
	// dNSNames.
	Presented func(leaf *x509.Certificate) []string
}

// Known says which certificates a sender knows, of those in verify.Evidence.Known.
type Known struct {
	Rule *verify.Rule
	Is   func(leaf *x509.Certificate, known [][]byte) bool
}

// Described gives the setting with what it can come to; with Names the kinds of
// names stand in its Matches.
func (s Setting) Described() verify.Setting {
	d := s.Setting
	d.Blind = s.Check == Unchecked
	switch s.Check {
	case Names:
		d.Outcomes = append(d.Outcomes, verify.Verified)
	case Direct:
		d.Outcomes, d.Matches = append(d.Outcomes, verify.Verified), []verify.Kind{verify.RefCertificate}
	}
	if s.Never == nil && (s.Checked.Send && !s.Ends || s.Check == Chain) {
		d.Outcomes = append(d.Outcomes, verify.Encrypted)
	}
	if s.Never != nil || s.Offered.Send || s.Refused.Send || s.Failed.Send || s.Late.Action.Send {
		d.Outcomes = append(d.Outcomes, verify.Cleartext)
	}
	d.Outcomes = append(d.Outcomes, verify.Diverted) // a gateway's portal takes what TLS kept from the hosts
	return d
}
