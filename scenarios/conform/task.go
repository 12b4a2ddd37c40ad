package conform

import (
	"crypto/x509"
	"net/netip"
	"os"
	"strings"

	"mxlab/verify"
)

// A Task is what a driver is asked for inside a world. It is written as JSON.
type Task struct {
	Driver   string
	Command  []string // of the driver that is a command
	Trees    string   // where packages are unpacked; may be empty
	Scenario string
	Domain   string // of the recipient
	To       string // the recipient
	From     string // the domain of the sender
	EHLO     string
	MinTLS   uint16 // as in crypto/tls; 0 for the product's own
	MaxTLS   uint16
	Cert     bool     // the sender has a client certificate, see SenderChain
	Known    bool     // the sender knows certificates beforehand, see KnownFile
	Addrs    []string // the sender's own addresses; empty for one of each family that is needed
	Routes   []verify.Route
	MXs      []string // the names of routes that have MX records
	Hops     []Hop    // the hosts in their order, for a client that is told whom to connect to
	Asks     []Ask
	Patience int // how many times as patient as usual to be; at least 1
}

// A Hop is a host and its address.
type Hop struct {
	Host string
	Addr netip.AddrPort
}

// An Ask is one message: sent under a setting of the product.
type Ask struct {
	Label   string // the local part of its reverse-path
	Mode    string // as a claim names it
	Setting string
	Options map[string]string // that are not at their defaults
}

// A Trial is what a sender says of one message.
type Trial struct {
	Label    string
	Fate     Fate
	Verified Belief
	TLS      Belief        // for a client that leaves no message behind
	Reason   verify.Reason // where the sender's words tell one
	Said     []string      // what it wrote about the message
	Err      string        // why nothing was found out
	Except   string        // why the mode does not apply to this world
}

// A Fate is what a sender says that it did with a message.
type Fate string

// The fates. The empty one was not found out.
const (
	Sent     Fate = "sent"
	Deferred Fate = "deferred"
	Bounced  Fate = "bounced"
	Failed   Fate = "failed" // by a client without a queue, which does not say for how long
)

// A Belief is what a sender says of the peer; the empty one is nothing.
type Belief string

// The beliefs.
const (
	Yes Belief = "yes"
	No  Belief = "no"
)

// Seen is a message that a host took.
type Seen struct {
	Host netip.Addr
	From string
	TLS  bool
}

// Sender gives the reverse-path of an ask.
func (t Task) Sender(a Ask) string { return a.Label + "@" + t.From }

// Where a world has its files.
const (
	Roots       = "/etc/ssl/certs/ca-certificates.crt"
	SenderChain = "/etc/mxlab/sender-chain.pem"
	SenderKey   = "/etc/mxlab/sender-key.pem"
	KnownFile   = "/etc/mxlab/known.pem"
)

// message is the text of a message, with line ends of the system.
func (t Task) message(a Ask) string {
	return strings.Join([]string{"From: <" + t.Sender(a) + ">", "To: <" + t.To + ">", "Subject: " + a.Mode, "", t.Scenario, ""}, "\n")
}

// known reads the certificates that the sender knows.
func known() ([]*x509.Certificate, error) {
	text, err := os.ReadFile(KnownFile)
	if err != nil {
		return nil, err
	}
	return certificates(text)
}
