package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios"
	"mxlab/verify"
)

// Scenarios writes a list of scenarios with their titles, a line for each story.
func Scenarios(w io.Writer, list []*scenarios.Scenario, st Style) {
	var t table
	for _, s := range stories(list) {
		t.row(st.Bold(s.Story().Name), s.Title)
	}
	t.write(w)
}

// stories gives the first world of each story that worlds belong to.
func stories(list []*scenarios.Scenario) (first []*scenarios.Scenario) {
	known := map[*scenarios.Story]bool{}
	for _, s := range list {
		if !known[s.Story()] {
			known[s.Story()] = true
			first = append(first, s.Story().Worlds[0])
		}
	}
	return first
}

// Modes writes each mode of each product with its alias and its name in the
// product's menu, its rule in a sentence, its options, and the documents that
// its rules rest on.
func Modes(w io.Writer, st Style) {
	for i, p := range scenarios.Products() {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s\n", st.Bold(p.Title))
		for _, s := range p.Settings {
			fmt.Fprintln(w)
			setting(w, p, s, st)
		}
	}
	for _, r := range scenarios.Receivers() {
		fmt.Fprintf(w, "\n%s\n", st.Bold(r.Title))
		for _, s := range r.Settings {
			fmt.Fprintln(w)
			setting(w, r.Product, s, st)
		}
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("what the rules rest on"))
	for _, g := range bySource() {
		fmt.Fprintf(w, "  %s\n", g.source)
		for _, c := range []verify.Certainty{verify.Observed, verify.Documented, verify.Recalled, verify.Inferred} {
			if ids := g.rules[c]; len(ids) > 0 {
				word := c.String()
				if !c.Solid() {
					word = st.Doubt(word)
				}
				for n, line := range folded(strings.Join(ids, ", "), 90) {
					if n > 0 {
						word = ""
					}
					fmt.Fprintf(w, "      %s%s\n", word+strings.Repeat(" ", 12-visible(word)), line)
				}
			}
		}
	}
}

// setting writes one mode.
func setting(w io.Writer, p verify.Product, s verify.Setting, st Style) {
	menu := s.Menu
	if s.Alias != "" {
		menu = p.Name + "/" + s.Alias + ", " + menu
	}
	fmt.Fprintf(w, "%s  %s\n", st.Bold(p.Name+"/"+s.Name), st.Dim(menu))
	for _, line := range folded(s.Summary, 96) {
		fmt.Fprintf(w, "    %s\n", line)
	}
	for _, o := range p.OptionsOf(s.Name) {
		fmt.Fprintf(w, "    %s   %s\n", strings.Join(valuesOf(o), " "), st.Dim("(default "+o.Values[0]+")"))
		for _, line := range folded(o.Text, 92) {
			fmt.Fprintf(w, "        %s\n", line)
		}
	}
}

// valuesOf writes an option with each of its values, as in a mode.
func valuesOf(o verify.Option) []string {
	var all []string
	for _, v := range o.Values {
		all = append(all, o.Name+"="+v)
	}
	if o.Form != "" {
		all = append(all, o.Name+"="+o.Form)
	}
	return all
}

// A sourced is a document with the rules that rest on it, by certainty.
type sourced struct {
	source string
	rules  map[verify.Certainty][]string
}

// bySource groups the rules by their source, in the order of the first.
func bySource() []sourced {
	var all []sourced
	for _, r := range everyRule() {
		i := slices.IndexFunc(all, func(s sourced) bool { return s.source == r.Source })
		if i < 0 {
			i = len(all)
			all = append(all, sourced{r.Source, map[verify.Certainty][]string{}})
		}
		all[i].rules[r.Certainty] = append(all[i].rules[r.Certainty], r.ID)
	}
	return all
}

// everyRule gives the rules of all products, the sending side first.
func everyRule() (all []*verify.Rule) {
	for _, p := range scenarios.Products() {
		all = append(all, p.Rules...)
	}
	for _, r := range scenarios.Receivers() {
		all = append(all, r.Rules...)
	}
	return all
}

// folded breaks a text between words into lines of at most width octets, where
// the words allow.
func folded(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// jsonList is what list writes.
type jsonList struct {
	Scenarios []jsonListed `json:"scenarios"`
}

type jsonListed struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Source string   `json:"source"`
	Domain string   `json:"domain"`
	Worlds []string `json:"worlds"` // one for each phase and view
}

// jsonModes is what modes writes.
type jsonModes struct {
	Modes     []jsonSetting `json:"modes"`
	Listeners []jsonSetting `json:"listeners"` // of the receiving side; a mode of theirs stands under receive:
	Rules     []jsonRule    `json:"rules"`
}

type jsonSetting struct {
	Mode    string       `json:"mode"`
	Alias   string       `json:"alias,omitempty"` // another way to write it: esa/5
	Menu    string       `json:"menu"`            // as the product's own screen or command says it
	Summary string       `json:"summary"`
	Options []jsonOption `json:"options"`
}

type jsonOption struct {
	Name    string   `json:"name"`
	Values  []string `json:"values"`
	Form    string   `json:"form,omitempty"` // of a value that is not among them
	Default string   `json:"default"`
	Text    string   `json:"text"`
}

type jsonRule struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	Source    string `json:"source"`
	Certainty string `json:"certainty"`
}

// ScenariosJSON writes a list of scenarios as JSON.
func ScenariosJSON(w io.Writer, list []*scenarios.Scenario) error {
	out := jsonList{Scenarios: []jsonListed{}}
	for _, s := range stories(list) {
		listed := jsonListed{s.Story().Name, s.Title, s.Source, s.Domain, []string{}}
		for _, w := range s.Story().Worlds {
			listed.Worlds = append(listed.Worlds, w.Name)
		}
		out.Scenarios = append(out.Scenarios, listed)
	}
	return encode(w, out)
}

// settingsJSON gives the settings of a product.
func settingsJSON(p verify.Product) (all []jsonSetting) {
	for _, s := range p.Settings {
		m := jsonSetting{Mode: p.Name + "/" + s.Name, Menu: s.Menu, Summary: s.Summary, Options: []jsonOption{}}
		if s.Alias != "" {
			m.Alias = p.Name + "/" + s.Alias
		}
		for _, o := range p.OptionsOf(s.Name) {
			m.Options = append(m.Options, jsonOption{o.Name, full(o.Values), o.Form, o.Values[0], o.Text})
		}
		all = append(all, m)
	}
	return all
}

// ModesJSON writes the modes and the rules as JSON.
func ModesJSON(w io.Writer) error {
	out := jsonModes{Modes: []jsonSetting{}, Listeners: []jsonSetting{}, Rules: []jsonRule{}}
	for _, p := range scenarios.Products() {
		out.Modes = append(out.Modes, settingsJSON(p)...)
	}
	for _, r := range scenarios.Receivers() {
		out.Listeners = append(out.Listeners, settingsJSON(r.Product)...)
	}
	for _, r := range everyRule() {
		out.Rules = append(out.Rules, jsonRule{r.ID, r.Text, r.Source, r.Certainty.String()})
	}
	return encode(w, out)
}
