package probe

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/verify"
)

// What a session tells is what the host recorded.
func TestSessionAgreesWithHost(t *testing.T) {
	t.Parallel()
	sound := &tls.Config{Certificates: []tls.Certificate{certificate()}}
	for _, row := range []struct {
		cfg    *tls.Config
		fault  fakemx.Fault
		secure bool
		stop   string
	}{
		{sound, "", true, "none"},
		{nil, "", false, "none"},
		{sound, fakemx.NoSTARTTLS, false, "none"},
		{sound, fakemx.STARTTLSOnGreetingLine, false, "none"},
		{sound, fakemx.STARTTLSOverwritten, false, "none"},
		{sound, fakemx.RejectSTARTTLS(454), false, "none"},
		{sound, fakemx.RejectSTARTTLS(502), false, "none"},
		{sound, fakemx.Greeting(554), false, "greeting reply 554"},
		{sound, fakemx.Greeting(421), false, "greeting reply 421"},
		{sound, fakemx.RejectRcpt(550), true, "RCPT reply 550 in TLS"},
		{sound, fakemx.After220(fakemx.Close), false, "handshake handshake-closed"},
		{sound, fakemx.After220(fakemx.Garbage), false, "handshake handshake-garbage"},
		{sound, fakemx.After220(fakemx.Alert), false, "handshake handshake-alert alert 40"},
		{sound, fakemx.TLSVersions(tls.VersionTLS12, tls.VersionTLS12), true, "none"},
		{sound, fakemx.TLSVersions(tls.VersionTLS10, tls.VersionTLS10), false, "handshake tls-version alert 70"},
	} {
		t.Run(row.fault.String()+"/"+row.stop, func(t *testing.T) {
			t.Parallel()
			srv := &fakemx.Server{TLSConfig: row.cfg}
			if row.fault != "" {
				srv.Faults = []fakemx.Fault{row.fault}
			}
			require.NoError(t, srv.Start())
			defer srv.Close()
			c := &Client{Now: time.Now, Name: "sender.example", From: "probe@sender.example", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, srv.Addr())
			}}
			s := session(t, c)
			assert.Equal(t, row.stop, short(s.Stop), "%+v", s.Stop)
			assert.Equal(t, row.secure, s.TLS != nil, "TLS")
			srv.Close()

			require.Len(t, srv.Sessions(), 1)
			var heard []verify.Line
			for _, l := range srv.Sessions()[0].Transcript {
				heard = append(heard, verify.Line(l))
			}
			assert.Equal(t, told(heard), told(s.Dialogue), "the host's record and the session's")
			assert.Empty(t, srv.Messages(), "a probe sends no message")
		})
	}
}

// How a host ended TLS, and whether it gave a ticket, under either of the
// versions that differ in it.
func TestSessionNotesTicketAndEnd(t *testing.T) {
	t.Parallel()
	cfg := &tls.Config{Certificates: []tls.Certificate{certificate()}}
	for _, row := range []struct {
		faults      []fakemx.Fault
		ticket, cut bool
	}{
		{nil, true, false},
		{[]fakemx.Fault{fakemx.NoSessionTickets}, false, false},
		{[]fakemx.Fault{fakemx.NoCloseNotify}, true, true},
		{[]fakemx.Fault{fakemx.NoCloseNotify, fakemx.Fail(fakemx.AtMail, fakemx.Close)}, true, true},
		{[]fakemx.Fault{fakemx.Fail(fakemx.AtMail, fakemx.Close)}, true, false},
		{[]fakemx.Fault{fakemx.Fail(fakemx.AtMail, fakemx.Reset)}, true, false},
		{[]fakemx.Fault{fakemx.Reject(fakemx.AtMail, 421), fakemx.NoCloseNotify}, true, true},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(fmt.Sprint(row.faults, version), func(t *testing.T) {
				t.Parallel()
				srv := fakemx.NewServer(cfg, append([]fakemx.Fault{fakemx.TLSVersions(version, version)}, row.faults...)...)
				defer srv.Close()
				c := &Client{Now: time.Now, Name: "sender.example", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
					return (&net.Dialer{}).DialContext(ctx, network, srv.Addr())
				}}
				s := session(t, c)
				require.NotNil(t, s.TLS)
				assert.Equal(t, row.ticket, s.TLS.Ticket, "Ticket")
				assert.Equal(t, row.cut, s.TLS.Cut, "Cut")
			})
		}
	}
}

// Lookups of an authoritative server's answers.
func TestLookupOfZone(t *testing.T) {
	t.Parallel()
	srv, err := fakedns.NewServer(`
example.com.      300 IN MX    10 Mail.example.com.
mail.example.com. 300 IN CNAME mx.example.net.
mx.example.net.   300 IN A     192.0.2.1
null.example.com. 300 IN MX    0 .
1.2.0.192.in-addr.arpa. 300 IN PTR mx.example.net.
`)
	require.NoError(t, err)
	defer srv.Close()
	c := &Client{Resolver: srv.ListenAddr(), Now: time.Now}
	for q, want := range map[verify.Question]verify.Answer{
		question("example.com", "MX"):                              {Status: verify.NoError, MX: []verify.MX{{Preference: 10, Host: "mail.example.com"}}},
		question("EXAMPLE.com", "MX"):                              {Status: verify.NoError, MX: []verify.MX{{Preference: 10, Host: "mail.example.com"}}},
		question("mail.example.com", "A"):                          {Status: verify.NoError, CNAMEs: []string{"mx.example.net"}, Addrs: addrs("192.0.2.1")},
		question("mail.example.com", "AAAA"):                       {Status: verify.NoData, CNAMEs: []string{"mx.example.net"}},
		question("null.example.com", "MX"):                         {Status: verify.NoError, MX: []verify.MX{{Host: "."}}},
		question("nobody.example.com", "A"):                        {Status: verify.NXDomain},
		question("example.org", "A"):                               {Status: verify.RefusedQ},
		question(verify.ReverseName(addrs("192.0.2.1")[0]), "PTR"): {Status: verify.NoError, Names: []string{"mx.example.net"}},
	} {
		assert.Equal(t, want, c.Lookup(t.Context(), q), "%v", q)
	}
}

// The zone and the host of an incident, gathered as on the internet.
func TestGatherFromFakes(t *testing.T) {
	t.Parallel()
	dns, err := fakedns.NewServer("example.com. 300 IN MX 10 mx.example.com.\nmx.example.com. 300 IN A 192.0.2.1")
	require.NoError(t, err)
	defer dns.Close()
	mx := fakemx.NewServer(&tls.Config{Certificates: []tls.Certificate{certificate()}})
	defer mx.Close()
	addresses := map[string]string{"192.0.2.53:53": dns.ListenAddr(), "192.0.2.1:25": mx.Addr()}
	c := &Client{Now: time.Now, Resolver: "192.0.2.53:53", Name: "sender.example", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addresses[address])
	}}
	ev := &verify.Evidence{Domain: "example.com"}
	require.NoError(t, c.Gather(t.Context(), ev, []verify.Policy{needSession(overTLS), needSession(verify.Hello{})}))
	require.Len(t, ev.Sessions, 2)
	secure := ev.Sessions[verify.SessionKey{Addr: somewhere, Hello: overTLS}]
	require.NotNil(t, secure)
	assert.Nil(t, secure.Stop)
	assert.NotNil(t, secure.TLS)
	clear := ev.Sessions[verify.SessionKey{Addr: somewhere}]
	require.NotNil(t, clear)
	assert.Nil(t, clear.Stop)
	assert.Nil(t, clear.TLS)
}
