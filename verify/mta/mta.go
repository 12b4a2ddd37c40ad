package mta

import (
	"time"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

// An MTA is what all settings of a product share. No rule may be nil but those
// that say so.
type MTA struct {
	Product  verify.Product // without New
	Settings []Setting      // in the order of Product.Settings
	Common   judge.Rules
	Portal   judge.Portal
	OwnLine  *verify.Rule // STARTTLS counts only on a line of its own in the EHLO reply
	Refusals []Refusal    // for what TLS itself fails, whatever the setting; the first that applies counts
	Library  pkix.Rules   // what the TLS library minds in a path

	Exact    *verify.Rule // STARTTLS counts only in capitals and with nothing behind it; nil where case and parameters do not matter
	Capitals *verify.Rule // STARTTLS counts only in capitals, whatever stands behind it; nil where case does not matter
	Behind   *verify.Rule // octets in clear text behind the 220 are the end of the queue run; nil where they are thrown away
	Inside   *verify.Rule // inside TLS a refused EHLO bounces the message; nil where HELO is said, or the host is left
	Mute     *verify.Rule // a sender that has a certificate fails with a host that asks for one; nil where it shows it
	Unfit    []Refusal    // for what a certificate does not hold, whatever its path; the first that applies counts

	// Staple gives the faults that a stapled OCSP answer, or the lack of one, adds to
	// a path; nil where the product looks at none.
	Staple func(shown *verify.TLS, path *pkix.Path, now time.Time) []pkix.Fault

	Hello    func(option func(string) string) verify.Hello
	Routing  func(option func(string) string) verify.Routing
	Schedule func(option func(string) string) verify.Schedule

	// Chosen changes a setting by its options; nil where none does.
	Chosen func(s *Setting, option func(string) string)
}

// A Refusal is a rule by which the TLS library ends a handshake that ours
// completed, or completes none that ours could not.
type Refusal struct {
	Rule *verify.Rule
	Why  func(*verify.Session) string // what is wrong with the session; empty if the rule does not apply. The session has its TLS
}

// Unreadable is what is wrong with a chain that our own library could not parse.
func Unreadable(s *verify.Session) string {
	if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
		return "one cannot be parsed"
	}
	return ""
}

// Described gives the product with its settings and New.
func (m *MTA) Described() verify.Product {
	p := m.Product
	p.Settings = nil
	for _, s := range m.Settings {
		p.Settings = append(p.Settings, s.Described())
	}
	p.New = func(setting string, options map[string]string) (verify.Policy, error) { return m.New(setting, options) }
	return p
}
