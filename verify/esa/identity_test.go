package esa_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// TestIdentity separates the algorithms: the old one of Cisco 118583, Verify of
// 213197 (settings 4 and 5) and Hosted Verify (setting 6).
func TestIdentity(t *testing.T) {
	t.Parallel()
	const fail = ""
	rows := []struct {
		name                string
		world               world
		old, verify, hosted string // the match
	}{
		{"SAN is the domain", world{cert: "CN=other.example SAN=example.com"},
			"domain example.com", "domain example.com", "domain example.com"},
		{"SAN is a star under the domain, the domain itself is asked for", world{cert: "SAN=*.example.com"},
			fail, fail, fail},
		{"SAN is the MX name", world{cert: "SAN=mx.host.example", ptr: "mx.host.example", forward: "192.0.2.1"},
			fail, fail, "mx mx.host.example"},
		{"SAN is another name, CN is the domain", world{cert: "CN=example.com SAN=other.example"},
			"domain example.com", "domain example.com", fail},
		{"no SAN, CN is the domain", world{cert: "CN=example.com"},
			"domain example.com", "domain example.com", "domain example.com"},
		{"no SAN, CN is the MX name, PTR too", world{cert: "CN=mx.host.example", ptr: "mx.host.example", forward: "192.0.2.1"},
			"ptr mx.host.example", "ptr mx.host.example", "mx mx.host.example"},
		{"no SAN, CN is the MX name, PTR is another", world{cert: "CN=mx.host.example", ptr: "x.host.example", forward: "192.0.2.1"},
			fail, fail, "mx mx.host.example"},
		{"SAN is another name, CN is the MX name, PTR too", world{cert: "CN=mx.host.example SAN=other.example", ptr: "mx.host.example", forward: "192.0.2.1"},
			"ptr mx.host.example", "ptr mx.host.example", fail},
		{"no SAN, CN is a star over the PTR name, the MX one label below it", world{cert: "CN=*.host.example", ptr: "a.host.example", forward: "192.0.2.1"},
			fail, "ptr a.host.example", "mx mx.host.example"},
		{"no SAN, CN is a star over the PTR name, the MX two labels below it", world{cert: "CN=*.host.example", ptr: "a.host.example", forward: "192.0.2.1", mx: []string{"mx.sub.host.example"}},
			fail, "ptr a.host.example", fail},
		{"no SAN, CN is the PTR name, which leads elsewhere", world{cert: "CN=a.host.example", ptr: "a.host.example", forward: "192.0.2.99"},
			"ptr a.host.example", fail, fail},
		{"no SAN, CN is the PTR name, which leads elsewhere, and the MX name", world{cert: "CN=mx.host.example", ptr: "mx.host.example", forward: "192.0.2.99"},
			"ptr mx.host.example", fail, "mx mx.host.example"},
		{"SAN is the PTR name only", world{cert: "SAN=a.host.example", ptr: "a.host.example", forward: "192.0.2.1"},
			fail, fail, fail},
		{"SAN is the PTR name, and the MX name", world{cert: "SAN=mx.host.example", ptr: "mx.host.example", forward: "192.0.2.1"},
			fail, fail, "mx mx.host.example"},
		{"SAN is the route's name", world{cert: "SAN=route.example", routes: []string{"route.example"}},
			fail, fail, "route route.example"},
		{"SAN is the MX name, the route another", world{cert: "SAN=mx.host.example", routes: []string{"route.example"}},
			fail, fail, fail},
		{"SAN is the MX name, the route an address", world{cert: "SAN=mx.host.example", routes: []string{"[192.0.2.1]"}},
			fail, fail, "mx mx.host.example"},
	}
	for _, row := range rows {
		check := func(name string, p verify.Policy, match string) {
			t.Run(row.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				want := "deferred certificate-host-mismatch"
				if strings.Contains(name, "preferred") {
					want = "encrypted certificate-host-mismatch"
				}
				if match != fail {
					want = "verified " + match
				}
				assert.Equal(t, want, row.world.judge(t, p).Words())
			})
		}
		check("required-verify old", policy(t, "required-verify", "algorithm=old"), row.old)
		check("required-verify", policy(t, "required-verify"), row.verify)
		check("preferred-verify", policy(t, "preferred-verify"), row.verify)
		check("hosted", policy(t, "required-verify-hosted-domains"), row.hosted)
		for _, s := range []string{"preferred", "required"} {
			t.Run(row.name+"/"+s, func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, "encrypted", row.world.judge(t, policy(t, s)).Words(), "no certificate is looked at")
			})
		}
		t.Run(row.name+"/no", func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, "cleartext", row.world.judge(t, policy(t, "no")).Words())
		})
	}
}
