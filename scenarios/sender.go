package scenarios

import "net/netip"

// A Sender is what stands under sender:, the sending side. What is empty is as
// the world has it.
type Sender struct {
	Domain    string       // of the envelope's sender
	EHLO      string       // the name that it says of itself
	Addrs     []netip.Addr // its own addresses: a sender that has none of a family reaches no host of that family
	Recipient string       // the local part of the recipient
	MinTLS    uint16       // as in crypto/tls; 0 for the mode's own
	MaxTLS    uint16
	Cert      string   // the label of the certificate that it shows when asked
	Trust     []string // labels of the authorities that it trusts, "public" and "private" among them; nil for public alone
	Options   []string // NAME=VALUE: of every mode that has the option
}
