package verify

import (
	"net/netip"
	"slices"
	"strconv"
)

// A Question is one DNS question. Name is in lower case, A-labels, without the
// trailing dot; Type is "MX", "A", "AAAA" or "PTR".
type Question struct{ Name, Type string }

// A Status says how a lookup ended, in the words that dig prints, and some of
// our own: NODATA for an empty NOERROR, TIMEOUT for none at all. A response code
// that has no constant here stands with its name: NOTIMP, or RCODE24.
type Status string

// The ways in which a lookup ends. Malformed is an answer that could not be
// read, did not belong to the question, or ran in a CNAME circle. Referral is
// one that only names other servers, as a lame server does: RFC 2308 section 2.2
// tells it from NODATA by NS records without an SOA.
const (
	NoError   Status = "NOERROR"
	NoData    Status = "NODATA"
	NXDomain  Status = "NXDOMAIN"
	ServFail  Status = "SERVFAIL"
	RefusedQ  Status = "REFUSED"
	TimeOut   Status = "TIMEOUT"
	Malformed Status = "MALFORMED"
	Referral  Status = "REFERRAL"
)

// Soft reports whether asking again later may help: RFC 5321 section 5.1, a
// temporary error must queue the message. NXDOMAIN and NODATA are answers;
// every other response code may be gone tomorrow.
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

	Troubles []Trouble // what stood in the way of the answer, each once, in order
}

// A Trouble is what made a lookup ask more than once, or wait.
type Trouble string

// The troubles.
const (
	NoAnswer      Trouble = "no answer"      // a query was not answered; noted if a later one was
	LateAnswer    Trouble = "late"           // an answer took a second or more
	Truncated     Trouble = "truncated"      // TC: asked again by TCP (RFC 7766 section 5)
	NoEDNS        Trouble = "no EDNS"        // OPT was refused: asked again without (RFC 6891 section 7)
	OtherID       Trouble = "other ID"       // a message came that has another ID than the query (RFC 5452 section 9.1)
	OtherQuestion Trouble = "other question" // a message came that has another question
)

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
