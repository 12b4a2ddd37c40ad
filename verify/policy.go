package verify

import (
	"net/netip"
	"strings"
)

// A Policy is one sender's TLS setting.
type Policy interface {
	// Mode is the policy's name: product/setting, then the options that differ
	// from their defaults: "esa/required-verify-hosted-domains mx-names=connected".
	Mode() string
	// Hello is the ClientHello that the sender sends.
	Hello() Hello
	// Routing says how the sender goes through the hosts.
	Routing() Routing
	// Schedule says when a message that stays queued is tried again.
	Schedule() Schedule
	// Judge judges one host, the one that ev.Hop names. It is pure. If facts
	// are missing it returns them as needs, and the verdict says nothing yet.
	Judge(ev Evidence) (Verdict, []Need)
}

// A Need is a fact that a judgement lacks: a question to the DNS, a session
// with the host being judged, or something on the web. One of them is set.
type Need struct {
	Question Question
	Session  SessionKey
	Request  Request
}

// A SessionKey tells sessions apart: the same host under the same hello shows
// the same, whichever mode asks, and whichever of its names leads there.
type SessionKey struct {
	Addr  netip.AddrPort
	Hello Hello
	Visit int // of the hop, where Evidence.Counted; else 0
}

// A Hello says how a sender opens TLS, as far as a host can tell senders
// apart. Equal hellos share a session. The zero Hello stays in clear text.
type Hello struct {
	TLS        bool   // STARTTLS is used when it is offered
	Verb       string // said in its place, where a product has a verb of its own: "X-ANONYMOUSTLS"
	SNI        string // the server name sent; empty for none
	MinVersion uint16 // as in crypto/tls
	MaxVersion uint16
	Suites     Suites // the cipher suites up to TLS 1.2

	// Behind is a command that is said in clear text in one write with STARTTLS.
	// RFC 3207 section 6 wants it forgotten; CVE-2011-0411 is a host that takes
	// it for said inside TLS. No sender does so: it is a test of the host.
	Behind string
}

// Suites are a set of cipher suites of TLS 1.0 to 1.2; the zero Suites are those
// that are usual today.
type Suites string

// Schannel2012R2 are those of Windows Server 2012 R2: with an RSA certificate and
// ECDHE there is no AES-GCM. Source: Microsoft, TLS cipher suites in Windows 8.1;
// TLS (Schannel SSP) changes in Windows 10 and Windows Server 2016, which added
// them.
const Schannel2012R2 Suites = "of Windows Server 2012 R2"

// Command is the verb that opens TLS.
func (h Hello) Command() string {
	if h.Verb != "" {
		return h.Verb
	}
	return "STARTTLS"
}

// HostName as Hello.SNI stands for the name of the host that is connected to.
const HostName = "@host"

// To gives the hello for a host. RFC 6066 section 3: an address is no server
// name.
func (h Hello) To(host string) Hello {
	if h.SNI != HostName {
		return h
	}
	h.SNI = host
	if _, err := netip.ParseAddr(host); err == nil {
		h.SNI = ""
	}
	return h
}

// Versions are the TLS versions that a sender's machine is set to. They take the
// place of those of a mode; the zero Versions leave the mode its own.
type Versions struct{ Min, Max uint16 } // as in crypto/tls

// Of gives the hello that is sent in place of h.
func (v Versions) Of(h Hello) Hello {
	if h.TLS && v.Min != 0 {
		h.MinVersion = v.Min
	}
	if h.TLS && v.Max != 0 {
		h.MaxVersion = v.Max
	}
	return h
}

// A Verdict is one mode's judgement of one host.
type Verdict struct {
	Mode      string
	Host      string // the MX host's name; empty when no host was found at all
	Addr      netip.AddrPort
	Outcome   Outcome
	Reason    Reason    // why it failed, or which failure was tolerated; else empty
	Detail    Detail    // one word that makes the reason exact
	Match     string    // the reference identifier that matched: "ptr mx0a.emailhosted.not"
	Decided   []*Rule   // the rules on which the outcome rests
	Certainty Certainty // the weakest of Decided
	TryNext   bool      // the sender goes on to its next host, if there is one
	Spoken    bool      // the host took the connection; see Routing.PerHost
	Asked     bool      // it was asked to take the message; see Routing.Sessions
	Portal    *Rule     // says what the sender's portal does if this is the failure that keeps the message; nil if it has no part in that
	Diverts   bool      // by that rule the portal takes the message
	Said      Saying    // what the product itself prints
	Checks    []Check   // every rule in the order in which the sender applies it
}

// Words gives the result in the words of a claim:
// OUTCOME [REASON [DETAIL] | MATCH].
func (v Verdict) Words() string { return words(v.Outcome, v.Reason, v.Detail, v.Match) }

func words(o Outcome, r Reason, d Detail, match string) string {
	parts := []string{string(o)}
	for _, p := range []string{string(r), string(d), match} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " ")
}
