package esa

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"mxlab/verify"
)

// A Policy is one setting with its options. It is immutable.
type Policy struct {
	setting  Setting
	mode     string
	options  map[string]string // every option of the setting, defaults included
	lowest   uint16            // the TLS version of the option tls
	stars    verify.Wildcards  // the option wildcard
	old      bool              // the option algorithm
	room     int               // how many checks the setting makes, as a rule
	inverted string            // the id of the rule that is turned round; see Inverted
}

var _ verify.Policy = Policy{}

// New makes the policy of a setting, named as in a mode or by its number, with
// options that differ from their defaults. The errors are *OptionError, or an
// unknown setting.
func New(setting string, options map[string]string) (Policy, error) {
	for _, s := range Settings() {
		if s.Name != setting && fmt.Sprint(s.Number) != setting {
			continue
		}
		p := Policy{setting: s, options: map[string]string{}}
		var known []string
		for _, o := range optionsOf(s.Number) {
			known = append(known, o.Name)
			p.options[o.Name] = o.Values[0]
			v, given := options[o.Name]
			if !given {
				continue
			}
			if !slices.Contains(o.Values, v) {
				return Policy{}, &OptionError{Name: o.Name, Value: v, Wanted: o.Values}
			}
			p.options[o.Name] = v
		}
		for name := range options {
			if !slices.Contains(known, name) {
				return Policy{}, &OptionError{Name: name, Value: options[name], Wanted: known, Unset: true}
			}
		}
		p.settle()
		return p, nil
	}
	return Policy{}, fmt.Errorf("unknown ESA setting %q", setting)
}

// settle works out what follows from the options, once for all judgements.
func (p *Policy) settle() {
	p.mode = p.name()
	p.old = p.options["algorithm"] == "old"
	if p.options["wildcard"] == "rfc2818" {
		p.stars = verify.Fragments
	}
	p.lowest = tls.VersionTLS12
	if p.options["tls"] == "1.0" {
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
func (p Policy) Option(name string) string { return p.options[name] }

// Mode gives the policy's name; options at their defaults are left out.
func (p Policy) Mode() string { return p.mode }

func (p *Policy) name() string {
	parts := []string{"esa/" + p.setting.Name}
	for _, o := range optionsOf(p.setting.Number) {
		if v := p.options[o.Name]; v != o.Values[0] {
			parts = append(parts, o.Name+"="+v)
		}
	}
	return strings.Join(parts, " ")
}

// Hello gives the ClientHello: no SNI (recalled, low) and TLS 1.2 and newer,
// unless the options sni and tls say otherwise. All settings but No share it.
func (p Policy) Hello() verify.Hello {
	if p.setting.refuse != nil && p.holds(p.setting.refuse, true) {
		return verify.Hello{}
	}
	h := verify.Hello{TLS: true, MinVersion: p.lowest, MaxVersion: tls.VersionTLS13}
	if p.options["sni"] == "host" {
		h.SNI = verify.HostName
	}
	return h
}

// Inverted gives the same policy with one rule turned round: what holds under
// it does not, and the other way about. It shows that a suite would notice;
// nothing else has a use for it.
func (p Policy) Inverted(ruleID string) Policy {
	p.inverted = ruleID
	return p
}

// holds applies a rule to what was found.
func (p *Policy) holds(r *verify.Rule, found bool) bool { return found != (r.ID == p.inverted) }
