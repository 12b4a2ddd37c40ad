package serve_test

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/serve"
)

// What happens is kept, and told when it is whole.
func TestJournal(t *testing.T) {
	t.Parallel()
	told := make(chan any, 100)
	j := serve.NewJournal(time.Now, func(entry any) { told <- entry })
	sv, err := serve.Start(parse(t, "192.0.2.2: two", "192.0.2.2: two, after-220=garbage"), serve.Options{Now: time.Now, Journal: j})
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	addrs, err := resolver(sv.Table(), "udp").LookupHost(t.Context(), "mx1.example.com.")
	require.NoError(t, err)
	require.NotEmpty(t, addrs)
	assert.Equal(t, "mx1.example.com", j.Queries(0)[0].Name)

	c := session(t, sv.Table(), "192.0.2.1:25")
	assert.False(t, j.Sessions(0)[0].Done, "a session that is under way")
	require.NoError(t, c.StartTLS(&tls.Config{ServerName: "mx1.example.com", RootCAs: roots(sv), MaxVersion: tls.VersionTLS12}))
	require.NoError(t, send(c))
	broken := session(t, sv.Table(), "192.0.2.2:25")
	require.Error(t, broken.StartTLS(&tls.Config{ServerName: "mx2.example.com"}))
	broken.Close()
	for over := 0; over < 2; {
		if s, ok := (<-told).(serve.Session); ok {
			assert.True(t, s.Done)
			over++
		}
	}
	one := j.Sessions(0)[0]
	assert.Equal(t, []any{1, "client.test", "TLS 1.2", "mx1.example.com", ""}, []any{one.Number, one.EHLO, one.TLS, one.SNI, one.Handshake})
	assert.Contains(t, one.Dialogue, serve.Line{By: "client", TLS: false, Text: "STARTTLS"})
	assert.Contains(t, one.Dialogue, serve.Line{By: "client", TLS: true, Text: "QUIT"})
	hellos := j.Hellos(0)
	require.Len(t, hellos, 2)
	assert.Equal(t, []string{"TLS 1.2"}, hellos[0].Versions)
	assert.Contains(t, hellos[0].Ciphers, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
	assert.NotEmpty(t, hellos[0].Groups)
	assert.NotEmpty(t, hellos[0].Signatures)
	assert.Equal(t, []any{1, 1, "mx1.example.com"}, []any{hellos[0].Number, hellos[0].Session, hellos[0].SNI})
	assert.Equal(t, []any{2, 2, "mx2.example.com"}, []any{hellos[1].Number, hellos[1].Session, hellos[1].SNI}, "whatever the host made of it")
	m := j.Messages(0)[0]
	assert.Equal(t, []any{"a@client.test", []string{"b@example.com"}, true, "Subject: s\r\n\r\nx\r\n"}, []any{m.From, m.To, m.TLS, m.Data})
	assert.Empty(t, j.Messages(1))
}

// A ClientHello that comes in one piece with what was said before is heard too,
// and so is one in many pieces.
func TestHelloInPieces(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	go tls.Client(near, &tls.Config{ServerName: "mx1.example.com"}).Handshake()
	hello := make([]byte, 4096)
	n, err := far.Read(hello)
	require.NoError(t, err)
	far.Close()
	hello = hello[:n]
	for _, piece := range []int{1 << 20, 100, 1} {
		told := make(chan any, 100)
		sv, err := serve.Start(parse(t), serve.Options{Now: time.Now, Journal: serve.NewJournal(time.Now, func(entry any) { told <- entry })})
		require.NoError(t, err)
		t.Cleanup(sv.Close)
		c, err := sv.Table().Dial(t.Context(), "tcp", "192.0.2.1:25")
		require.NoError(t, err)
		for all := append([]byte("EHLO x\r\nSTARTTLS\r\n"), hello...); len(all) > 0; {
			n, err := c.Write(all[:min(piece, len(all))])
			require.NoError(t, err)
			all = all[n:]
		}
		h, ok := (<-told).(serve.Hello)
		require.True(t, ok)
		assert.Equal(t, "mx1.example.com", h.SNI)
		c.Close()
	}
}

// The journal of a long day has an end.
func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	j := serve.NewJournal(time.Now, nil)
	for range 10_005 {
		j.Asked(fakedns.Query{Name: "example.com"})
	}
	all := j.Queries(0)
	assert.Len(t, all, 10_000)
	assert.Equal(t, 6, all[0].Number)
	assert.Len(t, j.Queries(10_004), 1)
	peer := &net.TCPAddr{}
	for range 100 {
		j.Took(netip.Addr{}, fakemx.Message{Peer: peer, Data: []byte(strings.Repeat("x", 2<<20))})
	}
	messages := j.Messages(0)
	assert.Len(t, messages, 32, "each a MiB")
	assert.Equal(t, 2<<20, messages[0].Octets)
	lines := make([]fakemx.Line, 10_000)
	for i := range lines {
		lines[i].Text = strings.Repeat("x", 1000)
	}
	for n := range 20 {
		j.Noted(netip.Addr{}, n+1, fakemx.Session{Peer: peer, Transcript: lines, Done: true})
	}
	sessions := j.Sessions(0)
	assert.Len(t, sessions, 6)
	assert.Len(t, sessions[0].Dialogue, 5000)
}
