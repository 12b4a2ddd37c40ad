package fakedns_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
)

func parsed(t *testing.T, text string) *fakedns.Zone {
	t.Helper()
	z, err := fakedns.ParseZone(text, "example.com")
	require.NoError(t, err)
	return z
}

func TestOverlayReplacesWholeRRsets(t *testing.T) {
	t.Parallel()
	z, err := parsed(t, "example.com. MX 10 a.example.com.\nexample.com. MX 20 b.example.com.\na.example.com. A 192.0.2.1\nb.example.com. A 192.0.2.2\n").
		Overlay(parsed(t, "; a comment\nexample.com. MX 30 b.example.com.\nb.example.com. AAAA 2001:db8::2\n"), "example.com")
	require.NoError(t, err)
	var got []string
	for _, r := range z.Records() {
		got = append(got, r.Owner+" "+r.Type+" "+r.Data)
	}
	assert.Equal(t, []string{"a.example.com A 192.0.2.1", "b.example.com A 192.0.2.2", "example.com MX 30 b.example.com.", "b.example.com AAAA 2001:db8::2"}, got)
	assert.Equal(t, []string{"0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "2.0.192.in-addr.arpa", "example.com"}, z.Apexes(), "the zones of the overlay's addresses are served")
}

func TestOverlayRefusesWhatCannotStandTogether(t *testing.T) {
	t.Parallel()
	_, err := parsed(t, "a.example.com. A 192.0.2.1\n").Overlay(parsed(t, "; x\na.example.com. CNAME b.example.com.\n"), "example.com")
	var wrong *fakedns.SyntaxError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, 4, wrong.Offset, "in the text of the overlay")
	assert.Contains(t, wrong.Msg, "stands alone")
}

func TestParseZoneAllTellsEveryMistake(t *testing.T) {
	t.Parallel()
	text := "example.com. MXX 10 a.\na.example.com. A 192.0.2.1\nb.example.com. A 192.0.2.256\n)\nc.example.com. A 192.0.2.300\n"
	z, wrong := fakedns.ParseZoneAll(text, "example.com")
	assert.Nil(t, z)
	var at []int
	for _, w := range wrong {
		at = append(at, w.Offset)
	}
	assert.Equal(t, []int{13, 67, 79, 98}, at, "%v", wrong)
	_, err := fakedns.ParseZone(text, "example.com")
	assert.Equal(t, wrong[0], err, "ParseZone gives the first")
}
