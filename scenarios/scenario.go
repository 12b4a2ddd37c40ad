package scenarios

import (
	"time"

	"mxlab/fakedns"
	"mxlab/pki"
	"mxlab/verify"
)

// A Scenario is one plain world: an incident at one time, seen from one place.
// A file without then: and views: has one. It is not changed after it was read.
type Scenario struct {
	Name    string        // the story's, then /PHASE and @VIEW: "bank-portal/tls-optional@outside"
	File    string        // as opened, for messages
	Phase   string        // empty in a first phase without a name
	View    string        // empty for a default view without a name
	At      time.Duration // from the time as of which certificates are issued to that of this phase; never negative
	Title   string
	Source  string // the document that tells the incident; may be empty
	Domain  string // the recipient's domain: lower case, A-labels, no trailing dot
	Comment string // the file's first comment: the incident in a few lines, without the number signs

	Zone    *fakedns.Zone
	Faults  []fakedns.Fault
	Certs   []Cert // in the order of the file, as are the following
	Hosts   []Host
	Web     []Resource
	Routes  []verify.Route
	Expect  []Claim
	Receive []Receipt
	Scenery []Scenery
	Sender  Sender

	Findings []FindingClaim // what a receiver test finds; with one there is such a test

	story   *Story
	changes []Change // that were laid over it
}

// A Story is what one file tells: its worlds, which were overlays there.
type Story struct {
	Name   string      // "hosted/ptr-not-mx" in the catalogue, else the path without its extension
	File   string      // as opened, for messages
	Worlds []*Scenario // never empty: phase after phase, in each the default view first

	home   home   // where it was read from
	src    []byte // the text of the file
	golden []byte // the golden file beside it; nil if there is none
}

// Story gives the story that a world is part of.
func (s *Scenario) Story() *Story { return s.story }

// A Cert is one line under certs:.
type Cert struct {
	Label string
	Spec  pki.Spec
}

// Scenery names a record of the zone that no sender of the scenario looks at:
// it is there because the incident had it. Whoever tests that every record of
// a scenario matters passes over these.
type Scenery struct {
	Owner string // as fakedns.Record has it
	Type  string
}
