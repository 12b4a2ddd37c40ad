package probe

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

var somewhere = netip.MustParseAddrPort("192.0.2.1:25")

// overTLS is the hello that most tests send.
var overTLS = verify.Hello{TLS: true, SNI: "mx.example", MinVersion: tls.VersionTLS12}

// A host is the far end of a connection.
type host struct {
	t *testing.T
	net.Conn
	br     *bufio.Reader
	client *hushed
	secure bool
}

// hosted gives a client whose connections lead, by loopback, to a host that
// plays. The test ends when the host has.
func hosted(t *testing.T, play func(h *host)) *Client {
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait)
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		near, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.Addr().String())
		if err != nil {
			return nil, err
		}
		far, err := l.Accept()
		if err != nil {
			near.Close()
			return nil, err
		}
		client := &hushed{Conn: near}
		wg.Go(func() {
			defer far.Close()
			play(&host{t: t, Conn: far, br: bufio.NewReader(far), client: client})
		})
		return client, nil
	}
	return &Client{Dial: dial, Now: time.Now, Name: "sender.example", From: "probe@sender.example"}
}

// A hushed connection passes over the deadline at once when its peer falls
// silent, so that no test waits.
type hushed struct {
	net.Conn
	mu     sync.Mutex
	silent bool
}

func (c *hushed) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.silent {
		t = time.Unix(1, 0)
	}
	return c.Conn.SetDeadline(t)
}

func (c *hushed) hush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent = true
	c.Conn.SetDeadline(time.Unix(1, 0))
}

// silence lets the client's deadline pass, and waits until it hangs up. What
// the host said before must have been read.
func (h *host) silence() {
	h.client.hush()
	io.Copy(io.Discard, h.br)
}

func (h *host) say(lines ...string) {
	io.WriteString(h.Conn, strings.Join(lines, "\r\n")+"\r\n")
}

func (h *host) hear(want string) {
	got, err := h.br.ReadString('\n')
	assert.NoError(h.t, err, "while the host waits for %q", want)
	assert.Equal(h.t, want+"\r\n", got, "what the host hears")
}

func (h *host) startTLS(cfg *tls.Config) error {
	conn := tls.Server(h.Conn, cfg)
	err := conn.Handshake()
	h.Conn, h.br, h.secure = conn, bufio.NewReader(conn), true
	return err
}

// untilSTARTTLS plays an honest host up to its 220.
func (h *host) untilSTARTTLS() {
	h.say("220 mx.example")
	h.hear("EHLO sender.example")
	h.say("250-mx.example", "250 STARTTLS")
	h.hear("STARTTLS")
	h.say("220 go ahead")
}

// scripted plays a dialogue: what follows "S: " is said by the host and "C: "
// by the client; a star for the colon means inside TLS. A host hangs up behind
// the answer to QUIT, behind 421, and where it does not have the last word.
func scripted(script string) func(h *host) {
	return func(h *host) {
		last, bye := byte(0), false
		for line := range strings.Lines(script) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" {
				continue
			}
			if line[1] == '*' && !h.secure {
				if !assert.NoError(h.t, h.startTLS(&tls.Config{Certificates: []tls.Certificate{certificate()}})) {
					return
				}
			}
			if last = line[0]; last == 'S' {
				bye = bye || strings.HasPrefix(line[3:], "421")
				h.say(line[3:])
			} else {
				bye = line[3:] == "QUIT"
				h.hear(line[3:])
			}
		}
		switch {
		case last != 'S':
		case bye:
			h.Close()
		default:
			io.Copy(io.Discard, h.br)
		}
	}
}

// told writes a dialogue in the form of a script.
func told(lines []verify.Line) string {
	var b strings.Builder
	for _, l := range lines {
		who, where := "S", ":"
		if l.Client {
			who = "C"
		}
		if l.TLS {
			where = "*"
		}
		fmt.Fprintf(&b, "%s%s %s\n", who, where, l.Text)
	}
	return b.String()
}

// short writes a stop in a few words.
func short(s *verify.Stop) string {
	if s == nil {
		return "none"
	}
	words := []string{string(s.Stage), string(s.Cause)}
	if s.Reply.Code != 0 {
		words = append(words, fmt.Sprint(s.Reply.Code))
	}
	if s.Alert != 0 {
		words = append(words, fmt.Sprint("alert ", s.Alert))
	}
	if s.TLS {
		words = append(words, "in TLS")
	}
	return strings.Join(words, " ")
}

var certificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "mx.example"},
		DNSNames:     []string{"mx.example"},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

// session holds a session with the hello that most tests send.
func session(t *testing.T, c *Client) *verify.Session {
	t.Helper()
	s := c.Session(t.Context(), verify.SessionKey{Addr: somewhere, Hello: overTLS}, "example.com")
	require.NotNil(t, s)
	return s
}
