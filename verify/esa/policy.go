package esa

import (
	"crypto/tls"
	"fmt"

	"mxlab/verify"
)

// A Policy is one setting with its options. It is immutable.
type Policy struct {
	setting  Setting
	choice   verify.Choice
	lowest   uint16           // the TLS version of the option tls
	stars    verify.Wildcards // the option wildcard
	old      bool             // the option algorithm
	room     int              // how many checks the setting makes, as a rule
	inverted string           // the id of the rule that is turned round; see Inverted
}

var _ verify.Policy = Policy{}

// New makes the policy of a setting, named as in a mode or by its number, with
// options that differ from their defaults. The errors are those of
// [verify.Product.Choose].
func New(setting string, options map[string]string) (Policy, error) {
	c, err := product().Choose(setting, options)
	if err != nil {
		return Policy{}, err
	}
	for _, s := range settings() {
		if s.name == c.Setting.Name {
			p := Policy{setting: s, choice: c}
			p.settle()
			return p, nil
		}
	}
	return Policy{}, fmt.Errorf("the ESA setting %s has no rule", c.Setting.Name)
}

// settle works out what follows from the options, once for all judgements.
func (p *Policy) settle() {
	p.old = p.Option("algorithm") == "old"
	if p.Option("wildcard") == "rfc2818" {
		p.stars = verify.Fragments
	}
	p.lowest = tls.VersionTLS12
	if p.Option("tls") == "1.0" {
		p.lowest = tls.VersionTLS10
	}
	if p.room = 1; p.setting.identity != unchecked {
		p.room = 9
	}
}

// Setting gives the setting without its options.
func (p Policy) Setting() Setting { return p.setting }

// Option gives the value of an option, its default where it was not set, and
// nothing where the setting has no such option.
func (p Policy) Option(name string) string { return p.choice.Option(name) }

// Mode gives the policy's name; options at their defaults are left out.
func (p Policy) Mode() string { return p.choice.Mode }

// Hello gives the ClientHello: no SNI (recalled, low) and TLS 1.2 and newer,
// unless the options sni and tls say otherwise. All settings but No share it.
func (p Policy) Hello() verify.Hello {
	if p.setting.refuse != nil && p.holds(p.setting.refuse, true) {
		return verify.Hello{}
	}
	h := verify.Hello{TLS: true, MinVersion: p.lowest, MaxVersion: tls.VersionTLS13}
	if p.Option("sni") == "host" {
		h.SNI = verify.HostName
	}
	return h
}

// Routing: all hosts are tried, and A before AAAA (inferred).
func (p Policy) Routing() verify.Routing { return verify.Routing{} }

// Inverted gives the same policy with one rule turned round: what holds under
// it does not, and the other way about. It shows that a suite would notice;
// nothing else has a use for it.
func (p Policy) Inverted(ruleID string) verify.Policy {
	p.inverted = ruleID
	return p
}

// holds applies a rule to what was found.
func (p *Policy) holds(r *verify.Rule, found bool) bool { return found != (r.ID == p.inverted) }
