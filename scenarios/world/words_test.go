package world_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// TestEveryWordMatters takes away one word of a scenario after the other: a
// fault of a host, of the DNS or of the web, what is served there, a line of a host that has several, a word of a
// certificate that is no name, a certificate, a record, a route. Each time the
// golden must come out otherwise, or the scenario can no longer be made real:
// what makes no difference only distracts whoever reads the incident. Records
// that are listed as scenery are there for the story, and must make none.
//
// What stands in a file with phases and views must matter in one of its worlds.
// A phase must come to something else than the one before in one of the views,
// and a view to something else than the default one in one of the phases.
func TestEveryWordMatters(t *testing.T) {
	t.Parallel()
	stories := map[*scenarios.Story]bool{}
	for _, s := range sample(catalogue(t)) {
		stories[s.Story()] = true
	}
	for story := range stories {
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			matters, scenery := map[string]bool{}, map[string]bool{}
			phases, views := told{}, told{}
			for _, s := range story.Worlds {
				told := firstOf(t, s)
				whole := told.golden + told.strays
				judged, err := golden(t, s, (*world.World).Judge)
				require.NoError(t, err)
				_, text, _ := strings.Cut(whole, "\n") // the first line is the name
				phases.add(s.Phase, text)
				views.add(s.View, text)
				for _, e := range edits(s) {
					scenery[e.without] = e.scenery
					if matters[e.without] {
						continue
					}
					// What is judged is a part of the golden, and quicker.
					got, err := golden(t, e.scenario, (*world.World).Judge)
					if err == nil && got == judged {
						got, err = golden(t, e.scenario, (*world.World).Run)
						matters[e.without] = err != nil || got != whole
						continue
					}
					matters[e.without] = true
				}
			}
			phases.differ(t, func(i int) int { return i - 1 })
			views.differ(t, func(int) int { return 0 })
			for without, matter := range matters {
				if scenery[without] {
					assert.False(t, matter, "%s is listed as scenery, but without it the golden differs", without)
				} else {
					assert.True(t, matter, "%s makes no difference; delete it, or list it as scenery if it is a record", without)
				}
			}
		})
	}
}

// told are the goldens of a story, by phase or by view, in the order of the
// file.
type told struct {
	names []string
	texts map[string]string
}

func (l *told) add(name, text string) {
	if l.texts == nil {
		l.texts = map[string]string{}
	}
	if !slices.Contains(l.names, name) {
		l.names = append(l.names, name)
	}
	l.texts[name] += text
}

// differ compares each text with another: that of the one before, or of the
// first.
func (l *told) differ(t *testing.T, from func(i int) int) {
	t.Helper()
	for i, name := range l.names {
		if i > 0 {
			other := l.names[from(i)]
			assert.NotEqual(t, l.texts[other], l.texts[name], "%q comes to the same as %q", name, other)
		}
	}
}

// golden gives the golden of a scenario, and what a real sender would have
// asked elsewhere. An error means that the scenario is none.
func golden(t *testing.T, s *scenarios.Scenario, run func(*world.World, context.Context, []verify.Policy) (*world.Result, error)) (string, error) {
	t.Helper()
	if s == nil {
		return "", fmt.Errorf("the line cannot be read")
	}
	w, err := world.New(s, world.Now, world.InMemory())
	if err != nil {
		return "", err
	}
	defer w.Close()
	r, err := run(w, t.Context(), world.Policies(s, scenarios.Modes()))
	require.NoError(t, err)
	return string(report.Golden(r)) + strings.Join(r.Strays, "\n"), nil
}

// An edit is a scenario with something taken away.
type edit struct {
	without  string
	scenario *scenarios.Scenario // nil if the rest cannot be read
	scenery  bool
}

func edits(s *scenarios.Scenario) []edit {
	return slices.Concat(withoutRecords(s), withoutFaults(s), withoutRoutes(s), withoutHostWords(s), withoutCertWords(s), withoutWeb(s), withoutSender(s))
}

func withoutRecords(s *scenarios.Scenario) (list []edit) {
	for i, r := range s.Zone.Records() {
		e := edit{without: fmt.Sprintf("the record %s %s %s", r.Owner, r.Type, r.Data),
			scenery: slices.Contains(s.Scenery, scenarios.Scenery{Owner: r.Owner, Type: r.Type})}
		if len(s.Zone.Records()) > 1 { // a zone text without records cannot be read
			c := *s
			c.Zone = s.Zone.WithoutRecord(i)
			e.scenario = &c
		}
		list = append(list, e)
	}
	return list
}

func withoutFaults(s *scenarios.Scenario) (list []edit) {
	for i, f := range s.Faults {
		c := *s
		c.Faults = slices.Delete(slices.Clone(s.Faults), i, i+1)
		list = append(list, edit{without: fmt.Sprintf("the fault %s %s %s", f.Kind, f.Owner, f.Type), scenario: &c})
	}
	return list
}

// withoutRoutes leaves priorities alone: how a sender chooses among routes of
// equal priority is not certain, so scenarios state them even where the order
// of the lines would do.
func withoutRoutes(s *scenarios.Scenario) (list []edit) {
	for i, r := range s.Routes {
		c := *s
		c.Routes = slices.Delete(slices.Clone(s.Routes), i, i+1)
		list = append(list, edit{without: fmt.Sprintf("the route %d, to %s", i+1, r.Name), scenario: &c})
	}
	return list
}

func withoutHostWords(s *scenarios.Scenario) (list []edit) {
	change := func(i int, h scenarios.Host) *scenarios.Scenario {
		c := *s
		c.Hosts = slices.Clone(s.Hosts)
		c.Hosts[i] = h
		return &c
	}
	for i, h := range s.Hosts {
		for l, line := range h.Lines() {
			if len(h.Lines()) > 1 {
				list = append(list, edit{without: fmt.Sprintf("line %d of the host at %v", l+1, h.Addr),
					scenario: change(i, withLines(h, slices.Delete(slices.Clone(h.Lines()), l, l+1)))})
			}
			for k := 1; k < len(line.Words); k++ {
				var rest []string
				for j, w := range line.Words {
					if j != k {
						rest = append(rest, w.Text)
					}
				}
				e := edit{without: fmt.Sprintf("the word %s of line %d of the host at %v", line.Words[k].Text, l+1, h.Addr)}
				if changed, err := fakemx.ParseLine(strings.Join(rest, ", ")); err == nil {
					all := slices.Clone(h.Lines())
					all[l] = changed
					e.scenario = change(i, withLines(h, all))
				}
				list = append(list, e)
			}
		}
		for k, sni := range h.SNI {
			rest := h
			rest.SNI = slices.Delete(slices.Clone(h.SNI), k, k+1)
			list = append(list, edit{without: fmt.Sprintf("the certificate for %s of the host at %v", sni.Name, h.Addr), scenario: change(i, rest)})
		}
		for k, label := range h.Certs {
			rest := h
			rest.Certs = slices.Delete(slices.Clone(h.Certs), k, k+1)
			list = append(list, edit{without: fmt.Sprintf("the further certificate %s of the host at %v", label, h.Addr), scenario: change(i, rest)})
		}
	}
	return list
}

// withLines gives a host other lines, in the way in which it had them.
func withLines(h scenarios.Host, lines []fakemx.Host) scenarios.Host {
	h.Host = lines[0]
	switch {
	case len(h.Attempts) > 0:
		h.Attempts = lines
	case len(h.Share) > 0:
		h.Share = lines
	}
	return h
}

// withoutCertWords takes away whole lines too, because nothing else asks for a
// line that no host and no other line refers to. Names stay: they are what the
// scenarios are about, and a name that does not match is meant not to.
func withoutCertWords(s *scenarios.Scenario) (list []edit) {
	for i, cert := range s.Certs {
		c := *s
		c.Certs = slices.Delete(slices.Clone(s.Certs), i, i+1)
		list = append(list, edit{without: "the certificate " + cert.Label, scenario: &c})
		for k, w := range cert.Spec.Words {
			if strings.HasPrefix(w.Text, "CN=") || strings.HasPrefix(w.Text, "SAN=") {
				continue
			}
			var rest []string
			for j, w := range cert.Spec.Words {
				if j != k {
					rest = append(rest, w.Text)
				}
			}
			e := edit{without: fmt.Sprintf("the word %s of the certificate %s", w.Text, cert.Label)}
			if spec, err := pki.ParseLine(strings.Join(rest, " ")); err == nil {
				c := *s
				c.Certs = slices.Clone(s.Certs)
				c.Certs[i].Spec = spec
				e.scenario = &c
			}
			list = append(list, e)
		}
	}
	return list
}

// withoutWeb takes away lines, and their words. That nothing is served at a URL
// which is fetched is a stray, and so makes a difference.
func withoutWeb(s *scenarios.Scenario) (list []edit) {
	for i, res := range s.Web {
		c := *s
		c.Web = slices.Delete(slices.Clone(s.Web), i, i+1)
		list = append(list, edit{without: "what is served at " + res.URL, scenario: &c})
		var parts [][]string // the words between commas
		for part := range strings.SplitSeq(res.Text, ",") {
			parts = append(parts, strings.Fields(part))
		}
		for k, part := range parts {
			for l, word := range part {
				if k == 0 && l == 0 && res.Publication != nil && len(part) > 1 {
					continue // the words behind it would have no meaning
				}
				e := edit{without: fmt.Sprintf("the word %s of %s", word, res.URL)}
				rest := slices.Clone(parts)
				if rest[k] = slices.Delete(slices.Clone(part), l, l+1); len(rest[k]) == 0 {
					rest = slices.Delete(rest, k, k+1)
				}
				var texts []string
				for _, words := range rest {
					texts = append(texts, strings.Join(words, " "))
				}
				if line, err := scenarios.ParseWebLine(strings.Join(texts, ", ")); err == nil {
					c := *s
					c.Web = slices.Clone(s.Web)
					c.Web[i].WebLine = line
					e.scenario = &c
				}
				list = append(list, e)
			}
		}
	}
	return list
}

// withoutSender takes away what the sending side has.
func withoutSender(s *scenarios.Scenario) (list []edit) {
	for word, take := range map[string]func(*scenarios.Sender){
		"domain":    func(f *scenarios.Sender) { f.Domain = "" },
		"ehlo":      func(f *scenarios.Sender) { f.EHLO = "" },
		"address":   func(f *scenarios.Sender) { f.Addrs = nil },
		"recipient": func(f *scenarios.Sender) { f.Recipient = "" },
		"tls":       func(f *scenarios.Sender) { f.MinTLS, f.MaxTLS, f.NoTLS = 0, 0, false },
		"cert":      func(f *scenarios.Sender) { f.Cert = "" },
		"trust":     func(f *scenarios.Sender) { f.Trust = nil },
		"knows":     func(f *scenarios.Sender) { f.Knows = nil },
		"options":   func(f *scenarios.Sender) { f.Options = nil },
		"proxy":     func(f *scenarios.Sender) { f.Proxy = "" },
		"portal":    func(f *scenarios.Sender) { f.Portal = false },
	} {
		c := *s
		if take(&c.Sender); !reflect.DeepEqual(c.Sender, s.Sender) {
			list = append(list, edit{without: "the sender's " + word, scenario: &c})
		}
	}
	return list
}
