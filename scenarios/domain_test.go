package scenarios_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/scenarios"
)

func TestParseDomain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"example.com": "example.com", "Bücher.Example": "xn--bcher-kva.example"} {
		got, err := scenarios.ParseDomain(in)
		assert.NoError(t, err, "domain %q", in)
		assert.Equal(t, want, got, "domain %q", in)
	}
	for _, in := range []string{"", "someone@example.com", "192.0.2.1", "2001:db8::1", "example.com.", "a..example"} {
		_, err := scenarios.ParseDomain(in)
		var at *scenarios.SyntaxError
		assert.True(t, errors.As(err, &at), "ParseDomain(%q) gives a SyntaxError, not %v", in, err)
	}
}
