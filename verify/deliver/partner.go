package deliver

import (
	"context"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// Proves reports whether a client's certificates prove the domain of a sender to
// a Receive connector with Domain Security, as far as its options say. Domain
// Security does in one direction what it does in the other, so that this end,
// which is the receiver's then, decides in the words of the sender's.
func (s *Sender) Proves(ctx context.Context, chain [][]byte, domain string, option func(string) string) bool {
	run := *s.equipped()
	run.known = map[verify.Question]verify.Answer{}
	t := exchangeTactics{setting: "domain-security", option: option, library: pkix.Schannel().ForClients()}
	reason, _, _ := t.validate(ctx, &run, &verify.TLS{Chain: chain}, domain)
	return reason == ""
}
