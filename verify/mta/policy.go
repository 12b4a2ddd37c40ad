package mta

import (
	"fmt"
	"math"

	"mxlab/verify"
)

// A Policy is one setting of a product, with its options. It is immutable.
type Policy struct {
	mta      *MTA
	setting  Setting
	choice   verify.Choice
	hello    verify.Hello
	inverted string // the id of the rule that is turned round; see Inverted
}

var _ verify.Policy = Policy{}

// New makes the policy of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func (m *MTA) New(setting string, options map[string]string) (Policy, error) {
	c, err := m.Described().Choose(setting, options)
	if err != nil {
		return Policy{}, err
	}
	for _, s := range m.Settings {
		if s.Name == c.Setting.Name {
			p := Policy{mta: m, setting: s, choice: c, hello: m.Hello(c.Option)}
			if m.Chosen != nil {
				m.Chosen(&p.setting, c.Option)
			}
			return p, nil
		}
	}
	return Policy{}, fmt.Errorf("the setting %s of %s has no rules", c.Setting.Name, m.Product.Name)
}

// Product is the name of the product: "postfix".
func (p Policy) Product() string { return p.mta.Product.Name }

// Setting is the name of the setting: "verify".
func (p Policy) Setting() string { return p.setting.Name }

// Option gives the value of an option, its default where it was not set, and
// nothing where the setting has no such option.
func (p Policy) Option(name string) string { return p.choice.Option(name) }

// Mode gives the policy's name; options at their defaults are left out.
func (p Policy) Mode() string { return p.choice.Mode }

// Hello gives the ClientHello of the product.
func (p Policy) Hello() verify.Hello {
	if p.setting.Never != nil && p.holds(p.setting.Never, true) {
		return verify.Hello{}
	}
	return p.hello
}

// Routing gives how the product goes through the hosts.
func (p Policy) Routing() verify.Routing {
	r := p.mta.Routing(p.Option)
	for _, rule := range r.Rules() {
		if !p.holds(rule, true) {
			r = r.Without(rule)
		}
	}
	return r
}

// Schedule gives the retry intervals of the product's queue. All settings share
// them.
func (p Policy) Schedule() verify.Schedule {
	s := p.mta.Schedule(p.Option)
	if !p.holds(s.Retry, true) {
		s.Retries = 0
	}
	if !p.holds(s.Growing, true) {
		s.After, s.Waits = nil, []verify.Wait{{For: s.First()}}
	}
	if !p.holds(s.GiveUp, true) {
		s.Retries, s.Lifetime = math.MaxInt, math.MaxInt64
	}
	return s
}

// Inverted gives the same policy with one rule turned round: what holds under
// it does not, and the other way about. It shows that a suite would notice;
// nothing else has a use for it.
func (p Policy) Inverted(ruleID string) verify.Policy {
	p.inverted = ruleID
	return p
}

// holds applies a rule to what was found.
func (p *Policy) holds(r *verify.Rule, found bool) bool { return found != (r.ID == p.inverted) }
