package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

const changeable = `title: t
domain: example.com
view: inside
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  old.example.com.  300 IN A  192.0.2.7
certs:
  one: SAN=mx1.example.com
hosts:
  192.0.2.1: one
scenery:
  - old.example.com. A
expect:
  esa/required-verify-hosted-domains: verified via mx1.example.com
views:
  outside:
    hosts:
      192.0.2.1: one, starttls=454
then:
  - phase: later
    at: +1h
    hosts:
      192.0.2.1: no-tls
`

// A change lies above phases and views, and the last one above the others.
func TestWith(t *testing.T) {
	t.Parallel()
	first, err := scenarios.Parse("f.yaml", "f", []byte(changeable))
	require.NoError(t, err)
	for _, s := range first.Story().Worlds {
		same, err := s.With()
		require.NoError(t, err)
		assert.Equal(t, s.Hosts, same.Hosts, s.Name)
		assert.Empty(t, same.Expect, "claims are about the file")

		s, err = s.With(scenarios.Change{Name: "change 1", Text: []byte("without:\n  - old.example.com. A\nhosts:\n  192.0.2.1: two\ncerts:\n  two: SAN=mx2.example.com\n")},
			scenarios.Change{Name: "change 2", Text: []byte("hosts:\n  192.0.2.1: two, rcpt=550\nzone: |\n  mx1.example.com. 60 IN A 192.0.2.1\n")})
		require.NoError(t, err)
		assert.Equal(t, "two, rcpt=550", s.Hosts[0].Host.String(), s.Name)
		assert.Len(t, s.Zone.Records(), 2, s.Name)
		text, err := s.YAML()
		require.NoError(t, err)
		assert.Contains(t, string(text), "192.0.2.1: two, rcpt=550\n", s.Name)
	}
}

// A mistake is told where it is: in the change, or where the change leaves
// something that leads nowhere.
func TestWithMistakes(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(changeable))
	require.NoError(t, err)
	for _, row := range []struct{ change, message string }{
		{"", "change 1:1:1: there is no change in it"},
		{"- x", "change 1:1:1: a change is a list of keys"},
		{"hosts:\n  192.0.2.1: one, starttls=no\n", "change 1:2:19: "},
		{"host:\n", "change 1:1:1: unknown key \"host\"; did you mean \"hosts\"?"},
		{"expect:\n  esa/no: cleartext\n", "change 1:1:1: expect: has no place in change 1; write one of without, zone"},
		{"hosts:\n  192.0.2.1: nobody\n", "change 1:2:14: "},
		{"zone: |\n  mx1.example.com. 300 IN A 192.0.2.5\n", "change 1:2:3: no host stands at 192.0.2.5"},
		{"zone: |\n  mx1.example.com. 300 IN A 192.0.2\n", "change 1:2:29: "},
		{"faults:\n  - slow mx1.example.com. A\n", "change 1:2:5: "},
		{"hosts: {", "change 1:"},
	} {
		_, err := s.With(scenarios.Change{Name: "change 1", Text: []byte(row.change)})
		var mistakes scenarios.Errors
		require.ErrorAs(t, err, &mistakes, row.change)
		assert.Contains(t, err.Error(), row.message, row.change)
	}
}
