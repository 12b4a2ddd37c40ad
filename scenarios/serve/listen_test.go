package serve_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/serve"
)

// What is served stands at the address that is given, and nowhere else.
func TestListen(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	}
	l.Close()
	p, err := serve.ParsePlaces("::1", false)
	require.NoError(t, err)
	sv, err := serve.Start(parse(t), serve.Options{Now: time.Now, Places: p})
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	table := sv.Table()
	assert.Regexp(t, `^\[::1\]:`, table.DNS)
	assert.Regexp(t, `^\[::1\]:`, table.Ports[0].At)
	assert.NoError(t, send(session(t, table, "192.0.2.1:25")))
	addrs, err := resolver(table, "udp").LookupHost(t.Context(), "mx1.example.com.")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.1"}, addrs)
}
