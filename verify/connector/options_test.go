package connector_test

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// TestOptions: the readings that Microsoft's documents leave open.
func TestOptions(t *testing.T) {
	t.Parallel()
	broken := world{cert: "CN=example.com", session: handshake(verify.HandshakeClosed)}
	for _, row := range []struct {
		world      world
		mode, want string
	}{
		{broken, "exchange/opportunistic after220=clear", "cleartext validation-failure handshake-closed"},
		{broken, "exo/opportunistic after220=clear", "cleartext validation-failure handshake-closed"},
		{world{session: starttls(454)}, "exchange/opportunistic refused-starttls=defer", "deferred " + refused},
		{world{session: starttls(454)}, "exo/opportunistic refused-starttls=defer", "deferred " + refused},
		{world{}, "exchange/opportunistic refused-starttls=defer", "cleartext " + notOffered},
	} {
		v := row.world.judge(t, mode(t, row.mode))
		assert.Equal(t, row.want, v.Words(), row.mode)
		if row.world.session != nil {
			assert.Equal(t, verify.Inferred, v.Certainty, row.mode)
		}
	}
}

// TestHello: TLS is Schannel's.
func TestHello(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]verify.Hello{
		"exchange/ignore-starttls":             {},
		"exchange/opportunistic":               {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12},
		"exchange/require-tls tls=1.0":         {TLS: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12},
		"exchange/require-tls highest-tls=1.3": {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13},
		"exchange/encryption-only sni=host":    {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, SNI: verify.HostName},
		"exchange/require-tls ciphers=2012-r2": {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, Suites: verify.Schannel2012R2},
		"exo/opportunistic":                    {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13, SNI: verify.HostName},
		"exo/encryption-only highest-tls=1.2":  {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, SNI: verify.HostName},
		"exo/encryption-only sni=none":         {TLS: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13},
	} {
		assert.Equal(t, want, mode(t, name).Hello(), name)
	}
}

// TestSchedule: when a message is tried again that was queued at the start.
func TestSchedule(t *testing.T) {
	t.Parallel()
	const m, h = time.Minute, time.Hour
	for name, want := range map[string][]time.Duration{
		"exchange/opportunistic": {m, 2 * m, 3 * m, 4 * m, 9 * m, 14 * m, 19 * m, 24 * m, 29 * m, 34 * m, 44 * m, 54 * m},
		"exo/opportunistic":      {15 * m, 30 * m, 90 * m, 150 * m},
	} {
		s := mode(t, name).Schedule()
		age, again := time.Duration(0), true
		for i, due := range want {
			age, again = s.Next(i+1, age, verify.Unreachable)
			assert.True(t, again, name)
			assert.Equal(t, due, age, name)
		}
	}
	for name, want := range map[string]time.Duration{"exchange/opportunistic": 15 * m, "exchange/opportunistic retry=5m": 5 * m} {
		due, again := mode(t, name).Schedule().Next(3, h, verify.SMTPRefused)
		assert.True(t, again, name)
		assert.Equal(t, h+want, due, name)
	}
	for name, old := range map[string]time.Duration{"exchange/opportunistic": 48 * h, "exo/opportunistic": 24 * h} {
		_, again := mode(t, name).Schedule().Next(30, old-time.Hour, verify.Unreachable)
		assert.True(t, again, "%s is kept for %v", name, old)
		_, again = mode(t, name).Schedule().Next(30, old, verify.Unreachable)
		assert.False(t, again, "%s is given up after %v", name, old)
	}
}

// TestSaid: what stands in the queue or in a message trace, where that is
// known.
func TestSaid(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		world world
		mode  string
		want  string // a part
	}{
		{world{}, "exchange/require-tls", "451 5.7.3 STARTTLS is required to send mail"},
		{world{}, "exo/encryption-only", "450 4.4.317 Cannot connect to remote server"},
		{world{cert: "CN=example.com", session: handshake(verify.HandshakeVersion)}, "exchange/opportunistic", "421 4.4.2 Connection dropped due to SocketError"},
		{world{session: func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: verify.StageConnect, Cause: verify.ConnectionRefused}
		}}, "exo/opportunistic", "10061"},
	} {
		v := row.world.judge(t, mode(t, row.mode))
		assert.Contains(t, v.Said.Text, row.want, row.mode)
		assert.NotEmpty(t, v.Said.Source, row.mode)
	}
	assert.Empty(t, world{}.judge(t, mode(t, "exchange/opportunistic")).Said, "a message that was sent leaves no error")
}
