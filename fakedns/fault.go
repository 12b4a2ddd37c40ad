package fakedns

import (
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// A FaultKind says what is wrong with the answers to a question. Every response
// code of the DNS is one, by its name in lower case; [FaultKinds] lists all.
type FaultKind string

// The faults that are more than a response code.
const (
	Timeout       FaultKind = "timeout"        // there is no answer
	Loss          FaultKind = "loss"           // there is none to Lost of every Of queries
	Delay         FaultKind = "delay"          // the answer is late
	Truncate      FaultKind = "truncate"       // by UDP the answer is empty and has TC; by TCP it is whole, unless TCP says otherwise
	EDNS          FaultKind = "edns"           // a query with an OPT record is not answered as one without is
	Lame          FaultKind = "lame"           // no answer, but a referral to the root: the server does not know the zone
	WrongID       FaultKind = "wrong-id"       // the answer has another ID than the query, and no other follows
	WrongQuestion FaultKind = "wrong-question" // the answer has another question than the query, and no other follows
	Size          FaultKind = "size"           // the answer is filled up to so many octets
)

// The response codes of messages: RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 8490
// section 5.1.1, RFC 6891 section 6.1.3, RFC 7873 section 8. The last two need an OPT
// record, so only queries with one are answered with them.
const (
	FormErr   FaultKind = "formerr"
	ServFail  FaultKind = "servfail"
	NXDomain  FaultKind = "nxdomain"
	NotImp    FaultKind = "notimp"
	Refused   FaultKind = "refused"
	YXDomain  FaultKind = "yxdomain"
	YXRRSet   FaultKind = "yxrrset"
	NXRRSet   FaultKind = "nxrrset"
	NotAuth   FaultKind = "notauth"
	NotZone   FaultKind = "notzone"
	DSOTypeNI FaultKind = "dsotypeni"
	BadVers   FaultKind = "badvers"
	BadCookie FaultKind = "badcookie"
)

// reset is what Truncate may do to a TCP connection.
const reset FaultKind = "reset"

// FaultKinds lists all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{FormErr, ServFail, NXDomain, NotImp, Refused, YXDomain, YXRRSet, NXRRSet, NotAuth, NotZone, DSOTypeNI, BadVers,
		BadCookie, Timeout, Loss, Delay, Truncate, EDNS, Lame, WrongID, WrongQuestion, Size}
}

// rcode gives the response code that a kind is, if it is one.
func (k FaultKind) rcode() (int, bool) {
	if k == BadVers {
		return dns.RcodeBadVers, true // the dns package knows 16 by its other name
	}
	rcode, ok := dns.StringToRcode[strings.ToUpper(string(k))]
	return rcode, ok
}

// A Fault is what no zone text can say: how the questions for one owner and
// type go wrong. It concerns the name that is asked for, not the names that a
// CNAME leads to. The response codes, Timeout, Loss and Lame speak for a name
// that is in no zone too; the others need an answer, so such a name stays
// outside.
type Fault struct {
	Kind  FaultKind
	Delay time.Duration // of Delay
	Owner string        // lower case, without the trailing dot
	Type  string        // "MX", "A"

	// First and Last are the queries that the fault concerns, counted from 1 for
	// each who asks (see Server.Asker). 0 is the first, and no last one.
	First, Last int

	Lost, Of int       // of Loss: of each Of queries the first Lost
	Size     int       // of Size: the octets of the message, from 512 to 65,535
	EDNS     FaultKind // of EDNS: FormErr or NotImp, as of a server that knows no OPT (RFC 6891 section 7), or Timeout
	TCP      FaultKind // of Truncate: empty, Timeout, or "reset", which ends the TCP connection without an answer
}

// String gives the line that ParseFault reads.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	switch f.Kind {
	case Delay:
		fmt.Fprintf(&b, "=%v", f.Delay)
	case Loss:
		fmt.Fprintf(&b, "=%d/%d", f.Lost, f.Of)
	case Size:
		fmt.Fprintf(&b, "=%d", f.Size)
	case EDNS:
		fmt.Fprintf(&b, "=%s", f.EDNS)
	}
	fmt.Fprintf(&b, " %s %s", dns.Fqdn(f.Owner), f.Type)
	if f.TCP != "" {
		fmt.Fprintf(&b, " tcp=%s", f.TCP)
	}
	switch first := max(f.First, 1); {
	case f.Last == 0 && first > 1:
		fmt.Fprintf(&b, " attempts=%d-", first)
	case f.Last > 0 && first > 1:
		fmt.Fprintf(&b, " attempts=%d-%d", first, f.Last)
	case f.Last > 0:
		fmt.Fprintf(&b, " attempts=%d", f.Last)
	}
	return b.String()
}

// concerns reports whether the fault is that of the n-th query.
func (f Fault) concerns(n int) bool {
	if n < f.First || f.Last > 0 && n > f.Last {
		return false
	}
	return f.Kind != Loss || (n-1)%f.Of < f.Lost
}

// counts reports whether the fault depends on how often was asked.
func (f Fault) counts() bool { return f.First > 1 || f.Last > 0 || f.Kind == Loss }

// on gives what becomes of one query: a kind that is a response code, Timeout,
// reset, or what the fault's kind is; empty if the fault does not concern it.
func (f Fault) on(tcp, opt bool) FaultKind {
	switch {
	case f.Kind == Loss:
		return Timeout
	case f.Kind == EDNS && opt:
		return f.EDNS
	case f.Kind == EDNS, (f.Kind == BadVers || f.Kind == BadCookie) && !opt:
		return ""
	case f.Kind == Truncate && tcp:
		return f.TCP
	}
	return f.Kind
}
