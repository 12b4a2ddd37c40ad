package verify

import (
	"net/netip"
	"slices"
	"strconv"
)

// A Question is one DNS question. Name is in lower case, A-labels, without the
// trailing dot; Type is "MX", "A", "AAAA" or "PTR".
type Question struct{ Name, Type string }

// A Status says how a lookup ended, in the words that dig prints, and two of
// our own: NODATA for an empty NOERROR, TIMEOUT for none at all.
type Status string

// The ways in which a lookup ends. Malformed is an answer that could not be
// read, did not belong to the question, or ran in a CNAME circle.
const (
	NoError   Status = "NOERROR"
	NoData    Status = "NODATA"
	NXDomain  Status = "NXDOMAIN"
	ServFail  Status = "SERVFAIL"
	RefusedQ  Status = "REFUSED"
	TimeOut   Status = "TIMEOUT"
	Malformed Status = "MALFORMED"
)

// Soft reports whether asking again later may help: RFC 5321 section 5.1, a
// temporary error must queue the message. NXDOMAIN and NODATA are answers.
func (s Status) Soft() bool { return s != NoError && s != NoData && s != NXDomain }

// An MX is one MX record. Host is in the form of Question.Name; "." says that
// no mail is taken (RFC 7505).
type MX struct {
	Preference uint16
	Host       string
}

// An Answer is what the DNS said to a Question. Of MX, Addrs and Names only the
// one that belongs to the type is set, in the order of the answer.
type Answer struct {
	Status Status
	CNAMEs []string // the chain of targets that was followed, if any
	MX     []MX
	Addrs  []netip.Addr
	Names  []string // PTR
}

// ReverseName gives the name under which the PTR record of addr stands,
// without the trailing dot: 1.2.0.192.in-addr.arpa.
func ReverseName(addr netip.Addr) string {
	const hex = "0123456789abcdef"
	name := make([]byte, 0, 16*4+len("ip6.arpa"))
	addr = addr.Unmap()
	if addr.Is4() {
		for _, b := range slices.Backward(addr.AsSlice()) {
			name = append(strconv.AppendUint(name, uint64(b), 10), '.')
		}
		return string(append(name, "in-addr.arpa"...))
	}
	for _, b := range slices.Backward(addr.AsSlice()) {
		name = append(name, hex[b&15], '.', hex[b>>4], '.')
	}
	return string(append(name, "ip6.arpa"...))
}

// AddressType gives the record type that holds addr: A or AAAA.
func AddressType(addr netip.Addr) string {
	if addr.Unmap().Is4() {
		return "A"
	}
	return "AAAA"
}
