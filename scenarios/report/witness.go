package report

import (
	"net/netip"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// A Witness is told what happens in a served world, from many goroutines: what a
// world.Ground is to tell, and what programs write to the system's log.
type Witness interface {
	Asked(fakedns.Query)
	Noted(host netip.Addr, session int, record fakemx.Session)
	Took(host netip.Addr, m fakemx.Message)
	Fetched(world.Fetch)
	Logged(line string)
}

// Witnesses are told the same, one after the other.
type Witnesses []Witness

// Asked tells of a query.
func (all Witnesses) Asked(q fakedns.Query) {
	for _, w := range all {
		w.Asked(q)
	}
}

// Noted tells of an entry in the record of a session.
func (all Witnesses) Noted(host netip.Addr, session int, record fakemx.Session) {
	for _, w := range all {
		w.Noted(host, session, record)
	}
}

// Took tells of a message that a host took.
func (all Witnesses) Took(host netip.Addr, m fakemx.Message) {
	for _, w := range all {
		w.Took(host, m)
	}
}

// Fetched tells of a request by HTTP.
func (all Witnesses) Fetched(f world.Fetch) {
	for _, w := range all {
		w.Fetched(f)
	}
}

// Logged tells of a line of the system's log.
func (all Witnesses) Logged(line string) {
	for _, w := range all {
		w.Logged(line)
	}
}

var _, _, _, _ Witness = Witnesses(nil), (*Live)(nil), Curt{}, (*Record)(nil)
