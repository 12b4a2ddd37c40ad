package scenarios

import (
	"errors"
	"path"
	"strings"

	"mxlab/internal/nearest"
	"mxlab/verify"
	"mxlab/verify/esa"
	"mxlab/verify/exchange"
	"mxlab/verify/exo"
)

// Products lists every product that this version can judge, in the order in
// which results show them.
func Products() []verify.Product {
	return []verify.Product{esa.Product(), exchange.Product(), exo.Product()}
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
	words := split(s)
	if len(words) == 0 {
		return nil, wrong(0, "the mode is empty; write PRODUCT/SETTING, for example %s", Modes()[0].Mode())
	}
	p, setting, err := findSetting(words[0])
	if err != nil {
		return nil, err
	}
	options, at := map[string]string{}, map[string]int{}
	for _, w := range words[1:] {
		name, value, ok := strings.Cut(w.text, "=")
		if !ok || name == "" || value == "" {
			return nil, wrong(w.offset, "%q is no option of a mode; options are written NAME=VALUE, with blanks between them", w.text)
		}
		if _, again := options[name]; again {
			return nil, wrong(w.offset, "the option %s stands here a second time; write it once", name)
		}
		options[name], at[name] = value, w.offset
	}
	policy, err := p.New(setting, options)
	var bad *verify.OptionError
	switch {
	case errors.As(err, &bad) && bad.Unset:
		known := "it has none"
		if len(bad.Wanted) > 0 {
			known = "it has " + strings.Join(bad.Wanted, ", ")
		}
		return nil, wrong(at[bad.Name], "%s/%s has no option %q; %s%s", p.Name, setting, bad.Name, known, nearest.Hint(bad.Name, bad.Wanted...))
	case errors.As(err, &bad) && bad.Err != nil:
		return nil, wrong(at[bad.Name]+len(bad.Name)+1, "the option %s cannot be %q: %v", bad.Name, bad.Value, bad.Err)
	case errors.As(err, &bad):
		return nil, wrong(at[bad.Name]+len(bad.Name)+1, "the option %s cannot be %q; write one of %s%s",
			bad.Name, bad.Value, strings.Join(bad.Wanted, ", "), nearest.Hint(bad.Value, bad.Wanted...))
	case err != nil:
		return nil, wrong(0, "%v", err)
	}
	return policy, nil
}

// findSetting reads PRODUCT/SETTING.
func findSetting(w word) (verify.Product, string, error) {
	name, setting, _ := strings.Cut(w.text, "/")
	var known []string
	for _, p := range Products() {
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
	return verify.Product{}, "", wrong(w.offset, "unknown mode %q; write PRODUCT/SETTING, for example %s%s", w.text, Modes()[0].Mode(), nearest.Hint(w.text, known...))
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
