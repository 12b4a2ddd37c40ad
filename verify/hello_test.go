package verify

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A hello that names the host does so where the host has a name.
func TestHelloTo(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ sni, host, want string }{
		{HostName, "mx1.example.com", "mx1.example.com"},
		{HostName, "192.0.2.1", ""},
		{HostName, "2001:db8::1", ""},
		{"", "mx1.example.com", ""},
		{"mx.example.net", "mx1.example.com", "mx.example.net"},
	} {
		h := Hello{TLS: true, SNI: tc.sni, MinVersion: 1}
		assert.Equal(t, Hello{TLS: true, SNI: tc.want, MinVersion: 1}, h.To(tc.host), "%q for %s", tc.sni, tc.host)
	}
}
