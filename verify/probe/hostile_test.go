package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/verify"
)

// leading gives a client whose connections lead to a server.
func leading(t testing.TB, srv *fakemx.Server) *Client {
	t.Helper()
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	return &Client{Now: time.Now, Name: "sender.example", From: "probe@sender.example", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, srv.Addr())
	}}
}

// Whatever a host does, the session says how far it came and why it ended.
func TestSessionWithEveryFault(t *testing.T) {
	t.Parallel()
	sound := &tls.Config{Certificates: []tls.Certificate{certificate()}}
	type row struct {
		fault  fakemx.Fault
		secure bool
		stop   string
	}
	rows := []row{
		{fakemx.ConnectClose, false, "greeting closed"},
		{fakemx.GreetingGarbage, false, "greeting not-smtp"},
		{fakemx.GreetingMultiLine, true, "none"},
		{fakemx.GreetingName("other.example"), true, "none"},
		{fakemx.GreetingDelay(time.Millisecond), true, "none"},
		{fakemx.Reject(fakemx.AtEHLO, 502), false, "none"},
		{fakemx.Reject(fakemx.AtEHLO, 421), false, "EHLO reply 421"},
		{fakemx.EHLOBare, false, "none"},
		{fakemx.EHLOLowerCase, true, "none"},
		{fakemx.EHLOEndless, false, "EHLO too-long"},
		{fakemx.STARTTLSTwice, true, "none"},
		{fakemx.STARTTLSWithParameter, true, "none"},
		{fakemx.PlaintextBehind220, true, "none"},
		{fakemx.ExecutesPipelined, true, "none"},
		{fakemx.After220(fakemx.Reset), false, "handshake handshake-closed"},
		{fakemx.After220(fakemx.HalfRecord), false, "handshake handshake-closed"},
		{fakemx.Reject(fakemx.After220To, 554), false, "handshake handshake-garbage"},
		{fakemx.AlertNamed("close_notify"), false, "handshake handshake-closed"},
		{fakemx.AlertNamed("user_canceled"), false, "handshake handshake-closed"},
		{fakemx.AlertNamed("protocol_version"), false, "handshake tls-version alert 70"},
		{fakemx.SSL3, false, "handshake tls-version"},
		{fakemx.Cipher(tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384), true, "none"},
		{fakemx.Cipher(tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA), false, "handshake handshake-alert alert 40"},
		{fakemx.Curve(tls.CurveP521), true, "none"},
		{fakemx.Curve(tls.X25519MLKEM768), false, "handshake handshake-alert alert 40"},
		{fakemx.SNIRequired, true, "none"},
		{fakemx.SNIRefused, false, "handshake handshake-alert alert 112"},
		{fakemx.ClientCertRequested, true, "none"},
		{fakemx.ClientCertRequired, true, "EHLO handshake-alert alert 116 in TLS"},
		{fakemx.ClientCertRefused, true, "none"},
		{fakemx.Corrupt(300), false, "handshake handshake-failed"},
		{fakemx.NoSessionTickets, true, "none"},
		{fakemx.NoCloseNotify, true, "none"},
		{fakemx.Reject(fakemx.AtTLSEHLO, 451), true, "EHLO reply 451 in TLS"},
		{fakemx.Reject(fakemx.AtTLSEHLO, 502), true, "none"},
		{fakemx.TLSEHLOBare, true, "none"},
		{fakemx.TLSEHLOSTARTTLS, true, "none"},
		{fakemx.Reject(fakemx.AtMail, 451), true, "MAIL reply 451 in TLS"},
		{fakemx.Reject(fakemx.AtData, 554), true, "none"},
		{fakemx.Reject(fakemx.AtDot, 554), true, "none"},
		{fakemx.Slice(1), true, "none"},
		{fakemx.ResetAfter(100), false, "EHLO closed"},
		{fakemx.ResetAfter(600), false, "handshake handshake-closed"},
	}
	for number, name := range map[uint8]string{
		10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure", 42: "bad_certificate",
		43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
		47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
		71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 109: "missing_extension",
		110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
		115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
	} {
		rows = append(rows, row{fakemx.AlertNamed(name), false, fmt.Sprintf("handshake handshake-alert alert %d", number)})
	}
	for _, step := range []struct {
		at     fakemx.Step
		secure bool
		name   string
	}{
		{fakemx.AtEHLO, false, "EHLO %s"}, {fakemx.AtSTARTTLS, false, "STARTTLS %s"}, {fakemx.AtTLSEHLO, true, "EHLO %s in TLS"},
		{fakemx.AtMail, true, "MAIL %s in TLS"}, {fakemx.AtRcpt, true, "RCPT %s in TLS"},
	} {
		for how, cause := range map[fakemx.Answer]string{fakemx.Close: "closed", fakemx.Reset: "closed", fakemx.Garbage: "not-smtp"} {
			rows = append(rows, row{fakemx.Fail(step.at, how), step.secure, fmt.Sprintf(step.name, cause)})
		}
	}
	for _, row := range rows {
		t.Run(row.fault.String(), func(t *testing.T) {
			t.Parallel()
			srv := &fakemx.Server{TLSConfig: sound, Faults: []fakemx.Fault{row.fault}}
			s := session(t, leading(t, srv))
			assert.Equal(t, row.stop, short(s.Stop), "%+v", s.Stop)
			assert.Equal(t, row.secure, s.TLS != nil, "TLS")
			asked := strings.HasPrefix(row.fault.String(), "client-cert=")
			assert.Equal(t, asked, s.TLS != nil && s.TLS.Asked, "asked for a client certificate")
			srv.Close()
			assert.Empty(t, srv.Messages(), "a probe sends no message")
		})
	}
}

// What was injected behind the 220 is counted, and no reply inside TLS.
func TestInjectedPlaintextIsNoReply(t *testing.T) {
	t.Parallel()
	srv := &fakemx.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate()}}, Faults: []fakemx.Fault{fakemx.PlaintextBehind220}}
	s := session(t, leading(t, srv))
	assert.Equal(t, len("250 mx.example greets you in clear text\r\n"), s.Early)
	for _, l := range s.Dialogue {
		assert.NotContains(t, l.Text, "in clear text")
	}
}

// A host is given up after a bounded number of octets, whatever it sends: with
// the largest inputs a session takes less than 64 MiB, counting all that is
// ever allocated, by the host too.
func TestMemoryWithTheLargestInputs(t *testing.T) {
	names := make([]string, 8000)
	for i := range names {
		names[i] = fmt.Sprintf("host-%06d.example.com", i)
	}
	for name, srv := range largest(t, names) {
		c := leading(t, srv)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := session(t, c)
		runtime.ReadMemStats(&after)
		srv.Close()
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "octets allocated: %s", name)
		if name == "a certificate of 8,000 names" {
			require.NotNil(t, s.TLS, short(s.Stop))
			assert.Greater(t, len(s.TLS.Chain[0]), 150_000)
		} else {
			assert.NotNil(t, s.Stop, name)
		}
	}
}

// largest gives the hosts that send most.
func largest(t testing.TB, names []string) map[string]*fakemx.Server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	big := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	twice := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der, der, der, der}, PrivateKey: key}}}
	line, err := fakemx.ParseScript(`octets "` + strings.Repeat("x", 60<<10) + `"` + "\nsilent")
	require.NoError(t, err)
	greeting, err := fakemx.ParseScript(strings.Repeat("<- 220-more\n", 5000) + "close")
	require.NoError(t, err)
	return map[string]*fakemx.Server{
		"a reply without end":                                    {Faults: []fakemx.Fault{fakemx.EHLOEndless}},
		"a line of 60 KiB":                                       {Script: line},
		"a greeting of 5,000 lines":                              {Script: greeting},
		"a certificate of 8,000 names":                           {TLSConfig: big},
		"four such certificates, more than a handshake may have": {TLSConfig: twice},
	}
}

// BenchmarkHostile measures a session with each of the hosts that send most.
func BenchmarkHostile(b *testing.B) {
	names := make([]string, 8000)
	for i := range names {
		names[i] = fmt.Sprintf("host-%06d.example.com", i)
	}
	for name, srv := range largest(b, names) {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			c := leading(b, srv)
			b.ReportAllocs()
			for b.Loop() {
				c.Session(context.Background(), verify.SessionKey{Addr: somewhere, Hello: overTLS}, "example.com")
			}
		})
	}
}
