package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// What a host does wrong, and the cause that it is given.
func TestSessionStops(t *testing.T) {
	t.Parallel()
	cfg := func(change func(c *tls.Config)) *tls.Config {
		c := &tls.Config{Certificates: []tls.Certificate{certificate()}}
		change(c)
		return c
	}
	stories := []struct {
		name string
		play func(h *host)
		stop string
	}{
		{"says nothing", func(h *host) { h.silence() }, "greeting silent"},
		{"hangs up at once", func(h *host) {}, "greeting closed"},
		{"resets at once", func(h *host) { h.Conn.(*net.TCPConn).SetLinger(0) }, "greeting closed"},
		{"hangs up in a line", func(h *host) { io.WriteString(h, "220 mx") }, "greeting closed"},
		{"hangs up between lines", func(h *host) { h.say("220-mx") }, "greeting closed"},
		{"is not SMTP", func(h *host) { h.say("SSH-2.0-OpenSSH_9.2"); io.Copy(io.Discard, h.br) }, "greeting not-smtp"},
		{"mixes codes", func(h *host) { h.say("220-mx", "250 mx"); io.Copy(io.Discard, h.br) }, "greeting not-smtp"},
		{"says nothing after EHLO", func(h *host) {
			h.say("220 mx")
			h.hear("EHLO sender.example")
			h.silence()
		}, "EHLO silent"},
		{"hangs up after STARTTLS", func(h *host) {
			h.say("220 mx")
			h.hear("EHLO sender.example")
			h.say("250-mx", "250 STARTTLS")
			h.hear("STARTTLS")
		}, "STARTTLS closed"},
		{"hangs up behind the 220", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			io.CopyN(io.Discard, h.br, int64(h.br.Buffered()))
		}, "handshake handshake-closed"},
		{"says nothing behind the 220", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.silence()
		}, "handshake handshake-silent"},
		{"talks on in clear text", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.say("500 what is this")
			io.Copy(io.Discard, h.br)
		}, "handshake handshake-garbage"},
		{"sends an oversized record", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.Write([]byte{22, 3, 3, 0xff, 0xff, 0})
			io.Copy(io.Discard, h.br)
		}, "handshake handshake-garbage"},
		{"sends a message that is none", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.Write([]byte{22, 3, 3, 0, 4, 99, 0, 0, 0})
			io.Copy(io.Discard, h.br)
		}, "handshake handshake-failed"},
		{"sends an alert", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.Write([]byte{21, 3, 3, 0, 2, 2, 40})
			io.Copy(io.Discard, h.br)
		}, "handshake handshake-alert alert 40"},
		{"ends TLS in the handshake", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.Write([]byte{21, 3, 3, 0, 2, 1, 0})
			io.Copy(io.Discard, h.br)
		}, "handshake handshake-closed"},
		{"has an older TLS", func(h *host) {
			h.untilSTARTTLS()
			h.startTLS(cfg(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }))
		}, "handshake tls-version alert 70"},
		{"chooses SSLv3", func(h *host) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			h.Write(record(22, serverHello(0x0300, tls.TLS_RSA_WITH_AES_128_CBC_SHA)))
			io.Copy(io.Discard, h.br)
		}, "handshake tls-version"},
		{"wants a certificate, TLS 1.2", func(h *host) {
			h.untilSTARTTLS()
			h.startTLS(cfg(func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }))
		}, "handshake handshake-alert alert 40"},
		{"wants a certificate, TLS 1.3", func(h *host) {
			h.untilSTARTTLS()
			h.startTLS(cfg(func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }))
			io.Copy(io.Discard, h.client.peer(h)) // else the close is a reset, which may overtake the alert
		}, "EHLO handshake-alert alert 116 in TLS"},
		{"says nothing in TLS", func(h *host) {
			h.untilSTARTTLS()
			assert.NoError(h.t, h.startTLS(cfg(func(*tls.Config) {})))
			h.hear("EHLO sender.example")
			h.silence()
		}, "EHLO silent in TLS"},
		{"hangs up in TLS", func(h *host) {
			h.untilSTARTTLS()
			assert.NoError(h.t, h.startTLS(cfg(func(*tls.Config) {})))
			h.hear("EHLO sender.example")
			h.Close()
		}, "EHLO closed in TLS"},
		{"leaves TLS", func(h *host) {
			socket := h.Conn
			h.untilSTARTTLS()
			assert.NoError(h.t, h.startTLS(cfg(func(*tls.Config) {})))
			h.hear("EHLO sender.example")
			io.WriteString(socket, "550 in the clear\r\n")
			io.Copy(io.Discard, socket)
		}, "EHLO handshake-garbage in TLS"},
		{"forges a record", func(h *host) {
			socket := h.Conn
			h.untilSTARTTLS()
			assert.NoError(h.t, h.startTLS(cfg(func(*tls.Config) {})))
			h.hear("EHLO sender.example")
			socket.Write(record(23, make([]byte, 64)))
			io.Copy(io.Discard, socket)
		}, "EHLO handshake-failed in TLS"},
	}
	for _, st := range stories {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			s := session(t, hosted(t, st.play))
			assert.Equal(t, st.stop, short(s.Stop), "%+v", s.Stop)
			assert.True(t, s.Stop.Reply.Code != 0 || s.Stop.Err != "", "a stop without words: %+v", s.Stop)
		})
	}
}

// peer is the socket under the TLS of the host, for what must not be TLS.
func (c *hushed) peer(h *host) io.Reader {
	if conn, ok := h.Conn.(*tls.Conn); ok {
		return conn.NetConn()
	}
	return h.Conn
}

func record(typ byte, body []byte) []byte {
	return append([]byte{typ, 3, 3, byte(len(body) >> 8), byte(len(body))}, body...)
}

func serverHello(version, suite uint16) []byte {
	body := append([]byte{byte(version >> 8), byte(version)}, make([]byte, 33)...)
	body = append(body, byte(suite>>8), byte(suite), 0)
	return append([]byte{2, 0, 0, byte(len(body))}, body...)
}

// How a connection that is not made is called.
func TestConnectStops(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err  error
		stop string
	}{
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "connect refused"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, "connect refused"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connectex", syscall.Errno(10061))}, "connect refused"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ETIMEDOUT)}, "connect silent"},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "connect silent"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}, "connect local"},
		{errors.New("connection refused"), "connect local"},
	} {
		c := &Client{Now: time.Now, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, row.err }}
		s := session(t, c)
		assert.Equal(t, row.stop, short(s.Stop), "%v", row.err)
		assert.Empty(t, s.Dialogue)
	}
}

// In memory a peer that is gone has an error of its own.
func TestSessionOverPipeClosed(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	c := &Client{Now: time.Now, Dial: func(context.Context, string, string) (net.Conn, error) { return near, nil }}
	go func() {
		io.WriteString(far, "220 mx\r\n")
		far.Close()
	}()
	assert.Equal(t, "EHLO closed", short(session(t, c).Stop))
}

// Without a Dial the network is the real one: a port where nobody listens.
func TestConnectRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	l.Close()
	s := (&Client{Now: time.Now}).Session(t.Context(), verify.SessionKey{Addr: addr}, "example.com")
	assert.Equal(t, "connect refused", short(s.Stop), "%+v", s.Stop)
}

// The end of the context ends each step at once, and is our own side's doing.
func TestSessionCancelled(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, stop string
		play       func(h *host, cancel func())
	}{
		{"before the greeting", "greeting local", func(h *host, cancel func()) { cancel() }},
		{"in EHLO", "EHLO local", func(h *host, cancel func()) {
			h.say("220 mx")
			h.hear("EHLO sender.example")
			cancel()
		}},
		{"in the handshake", "handshake local", func(h *host, cancel func()) {
			h.untilSTARTTLS()
			h.br.ReadByte()
			cancel()
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := hosted(t, func(h *host) {
				row.play(h, cancel)
				io.Copy(io.Discard, h.br)
			})
			s := c.Session(ctx, verify.SessionKey{Addr: somewhere, Hello: overTLS}, "example.com")
			assert.Equal(t, row.stop, short(s.Stop), "%+v", s.Stop)
		})
	}
}

// A hello that cannot be said is no fact about the host.
func TestHandshakeImpossibleHello(t *testing.T) {
	t.Parallel()
	c := hosted(t, func(h *host) {
		h.untilSTARTTLS()
		io.Copy(io.Discard, h.br)
	})
	key := verify.SessionKey{Addr: somewhere, Hello: verify.Hello{TLS: true, MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12}}
	assert.Equal(t, "handshake local", short(c.Session(t.Context(), key, "example.com").Stop))
}

// A script is a connection whose far end only talks, one octet or one block a
// read, and on which each read takes some virtual time.
type script struct {
	net.Conn        // nil: whatever else is called is a fault of the test
	now             time.Time
	takes           time.Duration
	deadline        time.Time
	first, ever     []byte // what is said once, then again and again
	read, said, max int
	wrote           bytes.Buffer
}

func (s *script) SetDeadline(t time.Time) error { s.deadline = t; return nil }
func (s *script) LocalAddr() net.Addr           { return &net.TCPAddr{} }
func (s *script) Close() error                  { return nil }
func (s *script) Write(b []byte) (int, error)   { return s.wrote.Write(b) }
func (s *script) Read(b []byte) (int, error) {
	if s.now = s.now.Add(s.takes); s.now.After(s.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	n := 0
	for n < len(b) && n < s.max {
		if s.said < len(s.first) {
			b[n] = s.first[s.said]
		} else {
			b[n] = s.ever[(s.said-len(s.first))%len(s.ever)]
		}
		s.said, n = s.said+1, n+1
	}
	s.read += n
	return n, nil
}

func (s *script) client() *Client {
	return &Client{
		Dial: func(context.Context, string, string) (net.Conn, error) { return s, nil },
		Now:  func() time.Time { return s.now },
		Name: "sender.example",
	}
}

// No peer can hold a session for ever, or make it read without end.
func TestSessionIsBounded(t *testing.T) {
	t.Parallel()
	const hello = "220 mx\r\n250-mx\r\n250 STARTTLS\r\n"
	start := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name        string
		first, ever string
		takes       time.Duration
		block       int
		stop        string
		octets      int           // read at most
		time        time.Duration // passed at most
	}{
		{name: "a line without end", ever: "220 mx ", block: 1 << 20, stop: "greeting too-long", octets: MaxLine},
		{name: "lines without end", ever: "220-mx\r\n", block: 1 << 20, stop: "greeting too-long", octets: 2 * MaxLine},
		{name: "long lines without end", ever: "220-" + strings.Repeat("x", MaxLine-6) + "\r\n", block: 1 << 20,
			stop: "greeting too-long", octets: MaxLines * MaxLine},
		{name: "empty lines without end", ever: "\n", block: 1 << 20, stop: "greeting not-smtp", octets: MaxLine},
		{name: "a trickle of octets", ever: "220-mx.example is very slow\r\n", takes: time.Second, block: 1,
			stop: "greeting silent", octets: 300, time: GreetingTimeout + time.Second},
		{name: "a trickle in EHLO", first: "220 mx\r\n", ever: "250-mx.example\r\n", takes: 4 * time.Second, block: 1,
			stop: "EHLO silent", octets: 100, time: 2*HelloTimeout + time.Second},
		{name: "a trickle in the handshake", first: hello + "220 go\r\n", ever: "\x15\x03\x03\x00\x02\x01\x5a", takes: 3 * time.Second, block: 1,
			stop: "handshake handshake-silent", octets: 300, time: 2*HandshakeTimeout + time.Second},
		{name: "warnings without end", first: hello + "220 go\r\n", ever: "\x15\x03\x03\x00\x02\x01\x5a", block: 64,
			stop: "handshake handshake-failed", octets: 4096},
		{name: "a message of 16 MiB", first: hello + "220 go\r\n" + "\x16\x03\x03\x00\x04\x02\xff\xff\xff", ever: "\x16\x03\x03\x00\x01x", block: 64,
			stop: "handshake handshake-failed", octets: 4096},
		{name: "records without content", first: hello + "220 go\r\n", ever: "\x16\x03\x03\x00\x00", block: 64,
			stop: "handshake handshake-failed", octets: 4096},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			peer := &script{now: start, takes: row.takes, max: row.block, first: []byte(row.first), ever: []byte(row.ever)}
			if row.first != "" && row.block > 1 {
				peer.max = 1 // so that nothing of the handshake is taken for early octets
			}
			s := session(t, peer.client())
			assert.Equal(t, row.stop, short(s.Stop), "%+v", s.Stop)
			assert.LessOrEqual(t, peer.read, row.octets, "octets read")
			assert.LessOrEqual(t, peer.now.Sub(start), row.time, "time passed")
			assert.LessOrEqual(t, len(s.Dialogue), MaxLines+8, "lines kept")
		})
	}
}
