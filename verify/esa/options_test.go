package esa_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify/esa"
)

// TestOptions: the readings that Cisco's documents leave open.
func TestOptions(t *testing.T) {
	t.Parallel()
	hosted := "required-verify-hosted-domains"
	two := world{cert: "SAN=mx2.host.example", mx: []string{"mx1.host.example", "mx2.host.example"}}
	fragment := world{cert: "SAN=m*.host.example"}
	routes := world{cert: "SAN=two.example", routes: []string{"one.example", "two.example"}}
	rows := []struct {
		name  string
		world world
		p     esa.Policy
		want  string
	}{
		{"all MX names", two, policy(t, hosted), "verified mx mx2.host.example"},
		{"the connected MX name", two, policy(t, hosted, "mx-names=connected"), "deferred certificate-host-mismatch"},
		{"a star as a whole label", fragment, policy(t, hosted), "deferred certificate-host-mismatch"},
		{"a star as a fragment", fragment, policy(t, hosted, "wildcard=rfc2818"), "verified mx mx.host.example"},
		{"the connected route's name", routes, policy(t, hosted), "deferred certificate-host-mismatch"},
		{"all route names", routes, policy(t, hosted, "route-names=all"), "verified route two.example"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, row.want, row.world.judge(t, row.p).Words())
		})
	}
}

// TestOptionErrors: a mistake names what is known.
func TestOptionErrors(t *testing.T) {
	t.Parallel()
	_, err := esa.New("required", map[string]string{"mx-names": "all"})
	assert.EqualError(t, err, `unknown option "mx-names"; this setting has sni, tls`)
	_, err = esa.New("required-verify-hosted-domains", map[string]string{"mx-names": "some"})
	assert.EqualError(t, err, `option mx-names cannot be "some"; it is one of all, connected`)
	_, err = esa.New("maybe", nil)
	assert.EqualError(t, err, `unknown setting "maybe" of esa`)
}
