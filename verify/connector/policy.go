package connector

import (
	"fmt"
	"math"

	"mxlab/verify"
)

// A Policy is one setting of a product's connectors, with its options. It is
// immutable.
type Policy struct {
	transport *Transport
	setting   Setting
	choice    verify.Choice
	hello     verify.Hello
	inverted  string // the id of the rule that is turned round; see Inverted
}

var _ verify.Policy = Policy{}

// New makes the policy of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func (t *Transport) New(setting string, options map[string]string) (Policy, error) {
	c, err := t.Product.Choose(setting, options)
	if err != nil {
		return Policy{}, err
	}
	for _, s := range t.Settings {
		if s.Name == c.Setting.Name {
			p := Policy{transport: t, setting: s, choice: c, hello: t.Hello(c.Option)}
			if t.Chosen != nil {
				t.Chosen(&p.setting, c.Option)
			}
			return p, nil
		}
	}
	return Policy{}, fmt.Errorf("the setting %s of %s has no rules", c.Setting.Name, t.Product.Name)
}

// Product is the name of the product: "exchange".
func (p Policy) Product() string { return p.transport.Product.Name }

// Setting is the name of the setting: "domain-validation".
func (p Policy) Setting() string { return p.setting.Name }

// Option gives the value of an option, its default where it was not set, and
// nothing where the setting has no such option.
func (p Policy) Option(name string) string { return p.choice.Option(name) }

// Mode gives the policy's name; options at their defaults are left out.
func (p Policy) Mode() string { return p.choice.Mode }

// Hello gives the ClientHello of the product's transport.
func (p Policy) Hello() verify.Hello {
	if p.setting.Ignore != nil && p.holds(p.setting.Ignore, true) {
		return verify.Hello{}
	}
	return p.hello
}

// Routing: all hosts are tried, and A before AAAA; no document says otherwise.
func (p Policy) Routing() verify.Routing { return verify.Routing{} }

// Schedule gives the retry intervals of the product's queues. All settings
// share them.
func (p Policy) Schedule() verify.Schedule {
	s := p.transport.Schedule(p.Option)
	if !p.holds(s.Retry, true) {
		s.Retries = 0
	}
	if !p.holds(s.Growing, true) {
		s.Waits = s.Waits[:1]
	}
	if s.Postponed != nil && !p.holds(s.Postponed, true) {
		s.Message = 0
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
