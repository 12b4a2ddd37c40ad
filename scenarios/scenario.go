package scenarios

import (
	"net/netip"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/verify"
)

// A Scenario is one incident, as read from one file. It is not changed after
// it was read.
type Scenario struct {
	Name    string // "hosted/ptr-not-mx" in the catalogue, else the path without its extension
	File    string // as opened, for messages
	Title   string
	Source  string // the document that tells the incident; may be empty
	Domain  string // the recipient's domain: lower case, A-labels, no trailing dot
	Comment string // the file's first comment: the incident in a few lines, without the number signs

	Zone    *fakedns.Zone
	Faults  []fakedns.Fault
	Certs   []Cert // in the order of the file, as are the following
	Hosts   []Host
	Routes  []verify.Route
	Expect  []Claim
	Scenery []Scenery

	home   home   // where it was read from
	golden []byte // the golden file beside it; nil if there is none
}

// A Cert is one line under certs:.
type Cert struct {
	Label string
	Spec  pki.Spec
}

// A Host is one line under hosts:.
type Host struct {
	Addr netip.Addr // IPv4 is never in the form of an IPv6 address
	Host fakemx.Host
}

// Scenery names a record of the zone that no sender of the scenario looks at:
// it is there because the incident had it. Whoever tests that every record of
// a scenario matters passes over these.
type Scenery struct {
	Owner string // as fakedns.Record has it
	Type  string
}
