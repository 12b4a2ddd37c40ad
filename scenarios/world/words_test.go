package world_test

import (
	"fmt"
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
// fault of a host or of the DNS, a word of a certificate that is no name, a
// certificate, a record, a route. Each time the golden must come
// out otherwise, or the scenario can no longer be made real: what makes no
// difference only distracts whoever reads the incident. Records that are
// listed as scenery are there for the story, and must make none.
func TestEveryWordMatters(t *testing.T) {
	t.Parallel()
	for _, s := range catalogue(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			whole, err := golden(t, s)
			require.NoError(t, err)
			for _, e := range edits(s) {
				got, err := golden(t, e.scenario)
				same := err == nil && got == whole
				if e.scenery {
					assert.True(t, same, "%s is listed as scenery, but without it the golden differs", e.without)
				} else {
					assert.False(t, same, "%s makes no difference; delete it, or list it as scenery if it is a record", e.without)
				}
			}
		})
	}
}

// golden gives the golden of a scenario, and what a real sender would have
// asked elsewhere. An error means that the scenario is none.
func golden(t *testing.T, s *scenarios.Scenario) (string, error) {
	t.Helper()
	if s == nil {
		return "", fmt.Errorf("the line cannot be read")
	}
	w, err := world.New(s, world.Now)
	if err != nil {
		return "", err
	}
	defer w.Close()
	ev, policies := w.Evidence(), world.Policies(s, scenarios.Modes())
	require.NoError(t, w.Gather(t.Context(), &ev, policies))
	r := &world.Result{Scenario: s, Assessment: verify.Assess(ev, policies)}
	return string(report.Golden(r)) + strings.Join(w.Strays(), "\n"), nil
}

// An edit is a scenario with something taken away.
type edit struct {
	without  string
	scenario *scenarios.Scenario // nil if the rest cannot be read
	scenery  bool
}

func edits(s *scenarios.Scenario) []edit {
	return slices.Concat(withoutRecords(s), withoutFaults(s), withoutRoutes(s), withoutHostWords(s), withoutCertWords(s))
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
	for i, h := range s.Hosts {
		for k := 1; k < len(h.Host.Words); k++ {
			var rest []string
			for j, w := range h.Host.Words {
				if j != k {
					rest = append(rest, w.Text)
				}
			}
			e := edit{without: fmt.Sprintf("the word %s of the host at %v", h.Host.Words[k].Text, h.Addr)}
			if host, err := fakemx.ParseLine(strings.Join(rest, ", ")); err == nil {
				c := *s
				c.Hosts = slices.Clone(s.Hosts)
				c.Hosts[i].Host = host
				e.scenario = &c
			}
			list = append(list, e)
		}
	}
	return list
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
