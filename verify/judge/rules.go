package judge

import (
	"slices"

	"mxlab/verify"
)

// Rules are those of a product that are not about TLS. None may be nil but those
// that say so.
type Rules struct {
	NXDomain        *verify.Rule // a name that does not exist: the message bounces
	DNSFailure      *verify.Rule // a lookup failed for now: the message stays queued
	NullMX          *verify.Rule // RFC 7505: the message bounces
	NullMXBeside    *verify.Rule // a null MX beside others names no host and is passed over
	NoAddress       *verify.Rule // a host without an address is passed over; without any the message bounces
	Unreachable     *verify.Rule // no connection, or it was lost: the next host, then the queue
	Greeting        *verify.Rule // the greeting refuses: the next host, then the queue
	Permanent       *verify.Rule // 5xx to the envelope or the message: the message bounces
	Transient       *verify.Rule // 4xx, or a refused EHLO: the next host, then the queue
	BehindHandshake *verify.Rule // TLS that fails right behind the handshake fails the attempt as in it
	Queue           *verify.Rule // a host that fails the setting is left for the next; then the queue

	// Where a product differs. All of these may be zero.
	MXRefused *verify.Rule // a response code that refuses the MX lookup: the message bounces; nil where it is a lookup that failed for now
	Firm      *verify.Rule // a greeting with 5xx, if no further host takes the message, bounces it; nil where it is as one with 4xx
	Stays     *verify.Rule // a host that refused the message for now, or was lost, is the last of this queue run
	Patient   Patient

	NullMXCounts bool // by NullMXBeside a null MX beside others takes no mail: the message bounces
}

// Patient says by which rules a message stays queued, for whose reason others
// bounce it.
type Patient struct {
	NullMX    bool
	NoAddress bool // also where the MX host's name does not exist
}

// List gives the rules in the order in which a delivery meets them; those of the
// handshake and the queue are not among them, because a product's own come
// between.
func (r Rules) List() []*verify.Rule {
	all := []*verify.Rule{r.NXDomain, r.MXRefused, r.DNSFailure, r.NullMX, r.NullMXBeside, r.NoAddress, r.Unreachable, r.Greeting, r.Firm, r.Permanent, r.Transient, r.Stays}
	return slices.DeleteFunc(all, func(r *verify.Rule) bool { return r == nil })
}
