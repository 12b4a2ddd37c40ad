package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHostPort(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.53":         "192.0.2.53:53",
		"192.0.2.53:5353":    "192.0.2.53:5353",
		"192.0.2.53:":        "192.0.2.53:53",
		"2001:db8::53":       "[2001:db8::53]:53",
		"[2001:db8::53]:54":  "[2001:db8::53]:54",
		"fe80::1%eth0":       "[fe80::1%eth0]:53",
		"resolver.test":      "resolver.test:53",
		"resolver.test:5353": "resolver.test:5353",
		"a:b:c":              "", "192.0.2.53:dns": "", "192.0.2.53:0": "", "192.0.2.53:65536": "", ":53": "", "[2001:db8::53]": "",
	} {
		got, err := hostPort(in)
		assert.Equal(t, want, got, "name server %q", in)
		assert.Equal(t, want == "", err != nil, "error of name server %q: %v", in, err)
	}
}

func TestFirstNameserver(t *testing.T) {
	t.Parallel()
	got, err := firstNameserver(strings.NewReader("# made by hand\nsearch example.com\nnameserver\n\tnameserver  192.0.2.53 # first\nnameserver 192.0.2.54\n"))
	assert.NoError(t, err)
	assert.Equal(t, "192.0.2.53:53", got)
	for what, text := range map[string]string{"an empty file": "", "only comments": "# nameserver 192.0.2.53\n", "a line without end": strings.Repeat("x", 1<<20)} {
		_, err := firstNameserver(strings.NewReader(text))
		assert.ErrorContains(t, err, "--dns", what)
	}
}
