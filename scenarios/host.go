package scenarios

import (
	"net/netip"

	"mxlab/fakemx"
	"mxlab/verify/finding"
)

// A Host is what stands at one address.
type Host struct {
	Addr netip.Addr  // IPv4 is never in the form of an IPv6 address
	Host fakemx.Host // what a sender's first connection meets

	// At most one of the two is given; then Host is its first line. Connections
	// are counted for each sender; see Turn.
	Attempts []fakemx.Host
	Share    []fakemx.Host

	Certs    []string // labels of further certificates beside Host.Cert, of other key types; the client's algorithms choose
	SNI      []SNI    // certificates for the names that a client sends
	Greeting string   // the text behind the 220, of one line or several; empty for the host's own
	Hello    string   // that behind the 250 of EHLO, in its first line
	Script   string   // a dialogue that is played instead; see package fakemx

	Product finding.Product // what stands there, where a fragment has the address; also under a line of the file's own
}

// An SNI is a certificate for one name of the server name indication (RFC 6066
// section 3). Other names, and none, get the host's own certificate.
type SNI struct {
	Name string // lower case, A-labels
	Cert string // a label
}

// Turn gives the line that the k-th connection of one sender meets, the first
// being 0: the k-th of Attempts, of which the last one stays, or one of Share
// after the other.
func (h Host) Turn(k int) fakemx.Host {
	switch {
	case len(h.Attempts) > 0:
		return h.Attempts[min(k, len(h.Attempts)-1)]
	case len(h.Share) > 0:
		return h.Share[k%len(h.Share)]
	}
	return h.Host
}

// Lines gives every line that a connection may meet, in order.
func (h Host) Lines() []fakemx.Host {
	switch {
	case len(h.Attempts) > 0:
		return h.Attempts
	case len(h.Share) > 0:
		return h.Share
	}
	return []fakemx.Host{h.Host}
}
