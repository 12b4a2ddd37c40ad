package verify

import (
	"crypto/x509"
	"maps"
	"net/netip"
	"time"
)

// Evidence is everything that is known about the delivery of one message to
// one domain, and, in Hop, which of its hosts is being judged. Lookups,
// Sessions and Fetched grow as needs are gathered; a judgement only reads them.
type Evidence struct {
	Domain   string        // the recipient's domain: lower case, A-labels, no trailing dot
	Now      time.Time     // the time of the delivery
	Age      time.Duration // of the message, when this queue run began; 0 in the first
	Anchors  []*x509.Certificate
	Known    [][]byte // certificates that the sender knows beforehand, in DER: those of its own organisation
	Routes   []Route  // the sender's SMTP routes for Domain; none means MX
	Versions Versions
	Portal   bool // what TLS prevents goes to the sender's secure portal
	Shows    bool // the sender has a certificate of its own, for hosts that ask for one
	Counted  bool // what a host does depends on how often it was connected to, so each hop has sessions of its own
	Lookups  map[Question]Answer
	Sessions map[SessionKey]*Session
	Fetched  map[Request]Response
	Paths    *Paths // remembers the certificate paths already built; may be nil
	Hop      Hop    // the host being judged
}

// Ask returns the answer to a question, or the need for it.
func (ev Evidence) Ask(name, typ string) (Answer, []Need) {
	q := Question{name, typ}
	if a, ok := ev.Lookups[q]; ok {
		return a, nil
	}
	return Answer{}, []Need{{Question: q}}
}

// Session returns the session with the host being judged under a hello, with
// the sender's TLS versions, or the need for it.
func (ev Evidence) Session(h Hello) (*Session, []Need) {
	k := ev.SessionKey(ev.Versions.Of(h).To(ev.Hop.Host))
	if s, ok := ev.Sessions[k]; ok {
		return s, nil
	}
	return nil, []Need{{Session: k}}
}

// SessionKey tells the session with the host being judged under a hello from
// all others.
func (ev Evidence) SessionKey(h Hello) SessionKey {
	k := SessionKey{Addr: ev.Hop.Addr, Hello: h}
	if ev.Counted {
		k.Visit = ev.Hop.Visit
	}
	return k
}

// Add takes over the lookups, sessions and fetches of other evidence, but for
// those that ev has itself.
func (ev *Evidence) Add(other Evidence) {
	ev.Lookups, ev.Sessions, ev.Fetched = added(ev.Lookups, other.Lookups), added(ev.Sessions, other.Sessions), added(ev.Fetched, other.Fetched)
}

func added[K comparable, V any](to, from map[K]V) map[K]V {
	all := maps.Clone(from)
	if all == nil {
		return to
	}
	maps.Copy(all, to)
	return all
}

// At returns the evidence turned to one host.
func (ev Evidence) At(h Hop) Evidence {
	ev.Hop = h
	return ev
}

// A Route is one SMTP route: where a sender is told to send the mail of the
// recipient's domain, instead of asking for its MX. Exactly one of Name and
// Addr is set.
type Route struct {
	Name     string     // a host name
	Addr     netip.Addr // an address literal
	Port     uint16     // 25 unless stated
	Priority int        // lowest first; equal ones in the order entered
}

// A Hop is one address of one host that may take the message. A host that
// leads nowhere is a hop too, with a Fault and without an Addr, so that a
// judgement can say what the sender does about it.
type Hop struct {
	Host       string         // the MX host's name, or the route's; for a literal route the address
	Preference int            // of the MX record or the route
	Implicit   bool           // the domain has no MX: RFC 5321 section 5.1
	Routes     []string       // the names of the SMTP routes that lead to Addr; none without routes or for a literal
	Addr       netip.AddrPort // invalid if Fault is set
	Visit      int            // how many hops before this one have the same Addr
	Fault      HopFault
}

// A HopFault says why there is no address to connect to.
type HopFault string

// The reasons for which there is no address.
const (
	HopNXDomain  HopFault = "nxdomain"   // the name does not exist
	HopNoAddress HopFault = "no-address" // it exists, without A and AAAA
	HopNullMX    HopFault = "null-mx"    // RFC 7505; with Host "." beside other MX records
	HopLookup    HopFault = "lookup"     // SERVFAIL, REFUSED, time-out
)
