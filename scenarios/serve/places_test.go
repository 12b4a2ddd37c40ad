package serve

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePlaces(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, message string }{
		{"", "it is no address"},
		{"localhost", "it is no address"},
		{"127.0.0.1:25", "it is no address"},
		{"192.0.2.0/24", "it is no address"},
		{"127.0.0.1, 127.0.0.1", "twice"},
		{"127.0.0.1,192.0.2.1", "--beyond-loopback"},
		{"0.0.0.0", "those that are meant"},
		{"::", "those that are meant"},
		{"::ffff:192.0.2.1", "--beyond-loopback"},
	} {
		_, err := ParsePlaces(row.text, false)
		assert.ErrorContains(t, err, row.message, row.text)
	}
	_, err := ParsePlaces("0.0.0.0", true)
	assert.ErrorContains(t, err, "those that are meant")
	p, err := ParsePlaces("127.0.0.2, ::1", false)
	require.NoError(t, err)
	assert.Equal(t, Places{netip.MustParseAddr("127.0.0.2"), netip.MustParseAddr("::1")}, p)
	p, err = ParsePlaces("192.0.2.1", true)
	require.NoError(t, err)
	assert.Equal(t, Places{netip.MustParseAddr("192.0.2.1")}, p)
}

// A host has its own address where it can, and the others what is left.
func TestPlan(t *testing.T) {
	t.Parallel()
	at := netip.MustParseAddrPort
	ports := []Port{{Address: at("192.0.2.1:25")}, {Address: at("192.0.2.1:80")}, {Address: at("192.0.2.2:25")}}
	many, err := ParsePlaces("192.0.2.2,198.51.100.7", true)
	require.NoError(t, err)
	assert.Equal(t, at("192.0.2.2:53"), many.dns())
	to, err := many.plan(ports)
	require.NoError(t, err)
	assert.Equal(t, at("198.51.100.7:25"), to(at("192.0.2.1:25")))
	assert.Equal(t, at("198.51.100.7:80"), to(at("192.0.2.1:80")))
	assert.Equal(t, at("192.0.2.2:25"), to(at("192.0.2.2:25")))
	_, err = many.plan(append(ports, Port{Address: at("192.0.2.3:25")}))
	assert.ErrorContains(t, err, "3 hosts, and 2 addresses")

	one := loopbackOnly()
	assert.Equal(t, at("127.0.0.1:0"), one.dns())
	to, err = one.plan(ports)
	require.NoError(t, err)
	assert.Equal(t, at("127.0.0.1:0"), to(at("192.0.2.2:25")))
}
