package verify

import (
	"fmt"
	"slices"
	"strings"
)

// A Product is one sender, or one standard, whose settings are modes: all that
// may be said of it without a host to judge.
type Product struct {
	Name     string    // before the slash of a mode: "esa"
	Title    string    // "Cisco Email Security Appliance: Destination Controls, TLS Support"
	Settings []Setting // in the order of the product's own menu
	Options  []Option
	Rules    []*Rule // every rule that its modes may apply, in the order in which a delivery meets them

	// New makes the policy of a setting with options that differ from their
	// defaults. The errors are those of Choose.
	New func(setting string, options map[string]string) (Policy, error)
}

// A Setting is one value of a product's TLS setting.
type Setting struct {
	Name    string // behind the slash of a mode: "required-verify"
	Alias   string // another way to write it: "5"; empty for none
	Menu    string // as the product's own screen or command says it
	Summary string // its rule in a sentence

	Outcomes []Outcome // what a delivery may come to besides deferred and bounced; diverted only where the sender has a portal, and cleartext only where it has none
	Matches  []Kind    // by what a host may be verified
	Blind    bool      // no certificate is looked at
}

// Comes reports whether a delivery may come to an outcome, for a sender with a
// portal or without.
func (s Setting) Comes(o Outcome, portal bool) bool {
	switch o {
	case Deferred, Bounced:
		return true
	case Cleartext:
		return !portal && slices.Contains(s.Outcomes, o)
	case Diverted:
		return portal && slices.Contains(s.Outcomes, o)
	}
	return slices.Contains(s.Outcomes, o)
}

// Insists reports whether the setting sends to no host but over TLS.
func (s Setting) Insists() bool { return !slices.Contains(s.Outcomes, Cleartext) }

// SettingOf gives the setting of a mode, which may have options behind it; false
// if it is none of this product's.
func (p Product) SettingOf(mode string) (Setting, bool) {
	name, _, _ := strings.Cut(mode, " ")
	for _, s := range p.Settings {
		if p.Name+"/"+s.Name == name {
			return s, true
		}
	}
	return Setting{}, false
}

// An Option is a point that a product's documents leave open, that differs
// between its versions, or that its administrator sets.
type Option struct {
	Name     string
	Values   []string // the first is the default
	Settings []string // the names of the settings that have it
	Text     string   // what the values mean, in a sentence

	// Free checks a value that is not among Values; nil where those are all.
	// Form then says how such a value is written: "NAME".
	Free func(value string) error
	Form string
}

// An OptionError is a mistake in an option's name or value.
type OptionError struct {
	Name   string   // as given
	Value  string   // as given
	Wanted []string // the names, or the values of Name, that are known
	Unset  bool     // the name itself is not known to the setting
	Err    error    // what is wrong with a value that may be free; else nil
}

func (e *OptionError) Error() string {
	switch {
	case e.Unset:
		return fmt.Sprintf("unknown option %q; this setting has %s", e.Name, strings.Join(e.Wanted, ", "))
	case e.Err != nil:
		return fmt.Sprintf("option %s cannot be %q: %v", e.Name, e.Value, e.Err)
	}
	return fmt.Sprintf("option %s cannot be %q; it is one of %s", e.Name, e.Value, strings.Join(e.Wanted, ", "))
}

func (e *OptionError) Unwrap() error { return e.Err }

// A Choice is a setting with a value for each of its options.
type Choice struct {
	Setting Setting
	Mode    string // product/setting, then the options that are not at their defaults
	values  map[string]string
}

// Option gives the value of an option, its default where it was not chosen, and
// nothing where the setting has no such option.
func (c Choice) Option(name string) string { return c.values[name] }

// Choose finds a setting by its name or alias, and fills in the options. The
// errors are *OptionError, or an unknown setting.
func (p Product) Choose(setting string, options map[string]string) (Choice, error) {
	i := slices.IndexFunc(p.Settings, func(s Setting) bool { return s.Name == setting || s.Alias == setting && setting != "" })
	if i < 0 {
		return Choice{}, fmt.Errorf("unknown setting %q of %s", setting, p.Name)
	}
	c := Choice{Setting: p.Settings[i], Mode: p.Name + "/" + p.Settings[i].Name, values: map[string]string{}}
	var known []string
	for _, o := range p.OptionsOf(c.Setting.Name) {
		known = append(known, o.Name)
		v, given := options[o.Name]
		if !given {
			c.values[o.Name] = o.Values[0]
			continue
		}
		if err := o.check(v); err != nil {
			return Choice{}, err
		}
		if c.values[o.Name] = v; v != o.Values[0] {
			c.Mode += " " + o.Name + "=" + v
		}
	}
	for name := range options {
		if !slices.Contains(known, name) {
			return Choice{}, &OptionError{Name: name, Value: options[name], Wanted: known, Unset: true}
		}
	}
	return c, nil
}

// OptionsOf gives the options that a setting has.
func (p Product) OptionsOf(setting string) []Option {
	return slices.DeleteFunc(slices.Clone(p.Options), func(o Option) bool { return !slices.Contains(o.Settings, setting) })
}

func (o Option) check(value string) error {
	if slices.Contains(o.Values, value) {
		return nil
	}
	bad := &OptionError{Name: o.Name, Value: value, Wanted: o.Values}
	if o.Free == nil {
		return bad
	}
	if bad.Err = o.Free(value); bad.Err == nil {
		return nil
	}
	return bad
}
