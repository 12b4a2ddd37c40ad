package scenarios

import (
	"net/netip"
	"slices"
	"strings"

	"mxlab/verify"
)

// A Sender is what stands under sender:, the sending side. What is empty is as
// the world has it.
type Sender struct {
	Domain    string       // of the envelope's sender
	EHLO      string       // the name that it says of itself
	Addrs     []netip.Addr // its own addresses: a sender that has none of a family reaches no host of that family
	Recipient string       // the local part of the recipient
	MinTLS    uint16       // as in crypto/tls; 0 for the mode's own
	MaxTLS    uint16
	NoTLS     bool     // it never says STARTTLS; for receive: only, because a mode says for itself whether it does
	Cert      string   // the label of the certificate that it shows when asked
	Trust     []string // labels of the authorities that it trusts, "public" and "private" among them; nil for public alone
	Knows     []string // labels of the certificates that it knows beforehand
	Options   []string // NAME=VALUE: of every mode that has the option
	Proxy     string   // the host through which it fetches what certificates name; empty for none
	Portal    bool     // what TLS prevents goes to a secure portal
}

// Policies gives modes as the scenario's sender has them: with its options,
// where a mode has such an option and does not state it.
func (s *Scenario) Policies(modes []verify.Policy) []verify.Policy {
	all := slices.Clone(modes)
	for i, p := range all {
		all[i] = s.Sender.policy(p, p.Mode())
	}
	return all
}

// policy gives a mode with the sender's options, but for those that stand in
// its text already.
func (s Sender) policy(p verify.Policy, text string) verify.Policy {
	stated := strings.Fields(text)
	for _, option := range s.Options {
		name, _, _ := strings.Cut(option, "=")
		if slices.ContainsFunc(stated, func(w string) bool { return strings.HasPrefix(w, name+"=") }) {
			continue
		}
		if with, err := ParseMode(p.Mode() + " " + option); err == nil {
			p = with
		}
	}
	return p
}
