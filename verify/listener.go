package verify

import "fmt"

// A Listener is one receiver's policy towards the senders that come to it: the
// other side of a [Policy].
type Listener interface {
	// Mode is the listener's name: product/setting, then the options that differ
	// from their defaults: "esa/listener-required verify-client=yes".
	Mode() string
	// Offers reports whether STARTTLS is offered.
	Offers() bool
	// Asks reports whether a client certificate is asked for in the handshake.
	Asks() bool
	// Refusals are the words with which it may refuse; see Reception.Words.
	Refusals() []string
	// Receive judges one sender's session. It is pure. If facts are missing it
	// returns them as needs, and the reception says nothing yet.
	Receive(Arrival) (Reception, []Need)
}

// An Arrival is one sender's session as the receiver sees it, up to the
// envelope, and what the receiver knows by itself.
type Arrival struct {
	TLS      bool     // the handshake was completed
	Broken   bool     // TLS was begun, and did not come about for want of a common version, cipher or the like
	Chain    [][]byte // the client's certificates, DER, leaf first; none if it showed none
	Domain   string   // of the envelope's sender: lower case, A-labels; empty for the null sender
	EHLO     string   // what the sender calls itself
	Evidence Evidence // the receiver's own: its time, its anchors, what it looked up and fetched
}

// A Reception is what a receiver makes of a sender.
type Reception struct {
	Mode      string
	Accepted  bool
	Code      int       // of the reply that refuses; 0 if it is the handshake that fails
	Said      Saying    // that reply in the product's words, as far as they are known
	Match     string    // what the sender was known by, if that was asked: "domain sender.example"
	Decided   []*Rule   // the rules on which the result rests
	Certainty Certainty // the weakest of Decided
	Checks    []Check   // every rule in the order in which the receiver applies it
}

// Words gives the result in the words of a claim: accepted, refused CODE, or
// refused handshake.
func (r Reception) Words() string {
	switch {
	case r.Accepted:
		return Accepted
	case r.Code == 0:
		return RefusedBy + " " + string(StageHandshake)
	}
	return fmt.Sprint(RefusedBy, " ", r.Code)
}

// The first words of a Reception.
const (
	Accepted  = "accepted"
	RefusedBy = "refused"
)

// A Receiver is a product whose settings are listeners. Its New is not used.
type Receiver struct {
	Product

	// Listen makes the listener of a setting with options that differ from their
	// defaults. The errors are those of Choose.
	Listen func(setting string, options map[string]string) (Listener, error)
}
