package connector_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// TestDirectTrust: the certificate itself counts, and nothing else of it.
func TestDirectTrust(t *testing.T) {
	t.Parallel()
	const unknown = "deferred certificate-not-trusted not-known"
	for _, row := range []struct {
		name  string
		world world
		want  string
	}{
		{"not offered", world{}, "deferred " + notOffered},
		{"refused", world{session: starttls(454)}, "deferred " + refused},
		{"closed after the 220", world{cert: "CN=edge1", known: true, session: handshake(verify.HandshakeClosed)}, "deferred validation-failure handshake-closed"},
		{"of a public authority, not known", world{cert: "SAN=example.com"}, unknown},
		{"self-signed, not known", world{cert: "CN=edge1 self-signed"}, unknown},
		{"self-signed, known", world{cert: "CN=edge1 self-signed", known: true}, "verified certificate edge1"},
		{"of an authority, known", world{cert: "SAN=edge1.corp.example issuer=private", known: true}, "verified certificate edge1.corp.example"},
		{"known, without a name", world{cert: "CN=\"an edge server\" self-signed", known: true}, "verified certificate"},
		{"known, expired", world{cert: "CN=edge1 self-signed until=-1d", known: true}, "verified certificate edge1"},
		{"known, not yet valid", world{cert: "CN=edge1 self-signed from=+1d", known: true}, "verified certificate edge1"},
		{"known, with a weak hash", world{cert: "CN=edge1 self-signed key=rsa2048 sig=md5", known: true}, "deferred validation-failure handshake-failed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v := row.world.judge(t, mode(t, "exchange/direct-trust"))
			assert.Equal(t, row.want, v.Words())
			assert.Equal(t, row.want, row.world.judge(t, mode(t, "exchange/direct-trust verb=starttls")).Words())
		})
	}
	assert.Equal(t, "X-ANONYMOUSTLS", mode(t, "exchange/direct-trust").Hello().Command())
	assert.Equal(t, "STARTTLS", mode(t, "exchange/direct-trust verb=starttls").Hello().Command())
}

// TestDirectTrustCertainties: that dates do not count is deduced, so that they
// are told where they would.
func TestDirectTrustCertainties(t *testing.T) {
	t.Parallel()
	p := mode(t, "exchange/direct-trust")
	assert.Equal(t, verify.Documented, world{cert: "CN=edge1 self-signed", known: true}.judge(t, p).Certainty)
	assert.Equal(t, verify.Inferred, world{cert: "CN=edge1 self-signed until=-1d", known: true}.judge(t, p).Certainty)
	assert.Equal(t, verify.Recalled, world{cert: "CN=edge1 self-signed"}.judge(t, p).Certainty)
}
