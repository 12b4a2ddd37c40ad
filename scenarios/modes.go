package scenarios

import (
	"errors"
	"path"
	"strings"

	"mxlab/internal/nearest"
	"mxlab/verify"
	"mxlab/verify/esa"
	"mxlab/verify/exchange"
	"mxlab/verify/exim"
	"mxlab/verify/exo"
	"mxlab/verify/opensmtpd"
	"mxlab/verify/postfix"
	"mxlab/verify/sendmail"
)

// Products lists every product that this version can judge, in the order in
// which results show them.
func Products() []verify.Product {
	return []verify.Product{esa.Product(), exchange.Product(), exo.Product(), postfix.Product(), exim.Product(), opensmtpd.Product(), sendmail.Product()}
}

// Modes gives every mode with its options at their defaults, in the order of
// the products' menus.
func Modes() []verify.Policy {
	var all []verify.Policy
	for _, p := range Products() {
		for _, s := range p.Settings {
			if policy, err := p.New(s.Name, nil); err == nil {
				all = append(all, policy)
			}
		}
	}
	return all
}

// ParseMode reads a mode: PRODUCT/SETTING, then options NAME=VALUE, with
// blanks between them. esa/1 to esa/6 are the numbers of destconfig's menu. The
// error is a [*SyntaxError].
func ParseMode(s string) (verify.Policy, error) {
	m, err := parseSetting(s, "mode", Products())
	if err != nil {
		return nil, err
	}
	policy, err := m.product.New(m.setting, m.options)
	if err != nil {
		return nil, m.wrong(err)
	}
	return policy, nil
}

// A named is a setting of a product as a line names it, with its options.
type named struct {
	product verify.Product
	setting string
	options map[string]string
	at      map[string]int // the offsets of the options
}

// parseSetting reads PRODUCT/SETTING and its options. what it is, a mode or a
// listener, is for messages.
func parseSetting(s, what string, products []verify.Product) (named, error) {
	words := split(s)
	if len(words) == 0 {
		return named{}, wrong(0, "the %s is empty; write PRODUCT/SETTING, for example %s/%s", what, products[0].Name, products[0].Settings[0].Name)
	}
	m := named{options: map[string]string{}, at: map[string]int{}}
	var err error
	if m.product, m.setting, err = findSetting(words[0], what, products); err != nil {
		return named{}, err
	}
	for _, w := range words[1:] {
		name, value, ok := strings.Cut(w.text, "=")
		if !ok || name == "" || value == "" {
			return named{}, wrong(w.offset, "%q is no option of a %s; options are written NAME=VALUE, with blanks between them", w.text, what)
		}
		if _, again := m.options[name]; again {
			return named{}, wrong(w.offset, "the option %s stands here a second time; write it once", name)
		}
		m.options[name], m.at[name] = value, w.offset
	}
	return m, nil
}

// wrong says what a product found wrong with the options.
func (m named) wrong(err error) error {
	var bad *verify.OptionError
	switch {
	case errors.As(err, &bad) && bad.Unset:
		known := "it has none"
		if len(bad.Wanted) > 0 {
			known = "it has " + strings.Join(bad.Wanted, ", ")
		}
		return wrong(m.at[bad.Name], "%s/%s has no option %q; %s%s", m.product.Name, m.setting, bad.Name, known, nearest.Hint(bad.Name, bad.Wanted...))
	case errors.As(err, &bad) && bad.Err != nil:
		return wrong(m.at[bad.Name]+len(bad.Name)+1, "the option %s cannot be %q: %v", bad.Name, bad.Value, bad.Err)
	case errors.As(err, &bad):
		return wrong(m.at[bad.Name]+len(bad.Name)+1, "the option %s cannot be %q; write one of %s%s",
			bad.Name, bad.Value, strings.Join(bad.Wanted, ", "), nearest.Hint(bad.Value, bad.Wanted...))
	}
	return wrong(0, "%v", err)
}

// findSetting reads PRODUCT/SETTING.
func findSetting(w word, what string, products []verify.Product) (verify.Product, string, error) {
	name, setting, _ := strings.Cut(w.text, "/")
	var known []string
	for _, p := range products {
		var settings []string
		for _, s := range p.Settings {
			settings = append(settings, s.Name)
			known = append(known, p.Name+"/"+s.Name)
			if p.Name == name && (s.Name == setting || s.Alias == setting && setting != "") {
				return p, s.Name, nil
			}
		}
		switch {
		case p.Name != name:
		case setting == "":
			return verify.Product{}, "", wrong(w.offset+len(w.text), "a setting is missing behind %s; write %s/ and one of %s", name, name, strings.Join(settings, ", "))
		default:
			return verify.Product{}, "", wrong(w.offset+len(name)+1, "%s has no setting %q; write one of %s%s",
				name, setting, strings.Join(settings, ", "), nearest.Hint(setting, settings...))
		}
	}
	for _, mode := range known {
		if strings.HasSuffix(mode, "/"+w.text) {
			return verify.Product{}, "", wrong(w.offset, "a product is missing before the setting; write %s", mode)
		}
	}
	return verify.Product{}, "", wrong(w.offset, "unknown %s %q; write PRODUCT/SETTING, for example %s%s", what, w.text, known[0], nearest.Hint(w.text, known...))
}

// MatchModes gives the modes that a pattern selects: a mode as ParseMode takes
// it, with options if need be; or a pattern of path.Match over the names of
// [Modes], "esa/*-verify*"; a product alone stands for all its settings, and *
// for everything. It is an error, a [*SyntaxError], if nothing is selected.
func MatchModes(pattern string) ([]verify.Policy, error) {
	var selected []verify.Policy
	for _, m := range Modes() {
		name, _, _ := strings.Cut(m.Mode(), "/")
		ok, err := path.Match(pattern, m.Mode())
		if err != nil {
			return nil, wrong(0, "%q is no pattern: * stands for any text up to a slash, ? for a character, [a-z] for one of several", pattern)
		}
		if ok || pattern == "*" || pattern == name {
			selected = append(selected, m)
		}
	}
	if len(selected) > 0 {
		return selected, nil
	}
	if strings.ContainsAny(pattern, "*?[") {
		return nil, wrong(0, "no mode matches %q; write a mode, or a pattern such as esa/*verify*", pattern)
	}
	one, err := ParseMode(pattern)
	if err != nil {
		return nil, err
	}
	return []verify.Policy{one}, nil
}
