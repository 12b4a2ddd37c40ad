package probe

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// A clocked connection keeps the deadlines that it was given.
type clocked struct {
	net.Conn
	mu    sync.Mutex
	start time.Time
	set   []time.Duration // since start
	stray int             // deadlines of reading or writing alone, which are not ours
}

func (c *clocked) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = append(c.set, t.Sub(c.start))
	return c.Conn.SetDeadline(t)
}

func (c *clocked) SetReadDeadline(time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stray++
	return nil
}

func (c *clocked) SetWriteDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// clock makes the client's clock stand still, and gives its last connection.
func clock(c *Client) *clocked {
	k := &clocked{start: time.Now().Add(time.Hour)}
	dial := c.Dial
	c.Now = func() time.Time { return k.start }
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		k.Conn = conn
		return k, err
	}
	return k
}

// RFC 5321 section 4.5.3.2: each step has a time-out of its own, by our clock.
func TestEachStepHasItsDeadline(t *testing.T) {
	t.Parallel()
	c := hosted(t, func(h *host) {
		h.untilSTARTTLS()
		h.startTLS(&tls.Config{Certificates: []tls.Certificate{certificate()}})
		scripted(`
C* EHLO sender.example
S* 250 mx.example
C* MAIL FROM:<probe@sender.example>
S* 250 ok
C* RCPT TO:<someone@example.com>
S* 250 ok
C* DATA
S* 354 go on
C* x
C* .
S* 250 taken
C* QUIT
`)(h)
		h.say("221 bye")
		rest, _ := io.ReadAll(h.client.peer(h))
		assert.NotEmpty(h.t, rest, "no close_notify, RFC 8446 section 6.1")
	})
	k := clock(c)
	d, stop := c.Connect(t.Context(), somewhere)
	require.Nil(t, stop)
	require.Nil(t, d.Hello("sender.example"))
	require.True(t, d.Offers("starttls"), "the keyword's case does not matter")
	_, stop = d.StartTLS(t.Context(), overTLS)
	require.Nil(t, stop)
	_, stop = d.Handshake(t.Context(), overTLS)
	require.Nil(t, stop)
	assert.False(t, d.Offers("STARTTLS"), "what was offered in the clear is forgotten, RFC 3207 section 4.2")
	_, again := d.Handshake(t.Context(), overTLS)
	assert.Equal(t, "handshake local in TLS", short(again))
	require.Nil(t, d.Hello("sender.example"))
	require.Nil(t, d.Mail("probe@sender.example"))
	require.Nil(t, d.Rcpt("someone@example.com"))
	require.Nil(t, d.Data(strings.NewReader("x")))
	require.Nil(t, d.Quit())

	block := DataBlockTimeout
	assert.Equal(t, []time.Duration{
		GreetingTimeout, HelloTimeout, STARTTLSTimeout, HandshakeTimeout, HelloTimeout, MailTimeout, RcptTimeout,
		DataTimeout, block, block, DataDoneTimeout, QuitTimeout, closeTimeout,
	}, k.set)
	assert.Zero(t, k.stray, "deadlines that crypto/tls set by the real clock")
}

// Nothing is waited for once the other side is lost: no close_notify.
func TestCloseDoesNotWaitForTheLost(t *testing.T) {
	t.Parallel()
	c := hosted(t, func(h *host) {
		h.untilSTARTTLS()
		assert.NoError(h.t, h.startTLS(&tls.Config{Certificates: []tls.Certificate{certificate()}}))
		h.hear("EHLO sender.example")
		h.silence()
	})
	k := clock(c)
	assert.Equal(t, "EHLO silent in TLS", short(session(t, c).Stop))
	assert.Equal(t, HelloTimeout, k.set[len(k.set)-1], "the last deadline")
}

func TestQueryHasItsDeadline(t *testing.T) {
	t.Parallel()
	c, _ := resolving(t, nil)
	k := clock(c)
	assert.Equal(t, verify.NXDomain, c.Lookup(t.Context(), question("a.example", "A")).Status)
	assert.Equal(t, []time.Duration{QueryTimeout}, k.set)
}

// A context that is over is not a silent host.
func TestConnectAfterTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	c := hosted(t, func(*host) {})
	_, stop := c.Connect(ctx, somewhere)
	assert.Equal(t, "connect local", short(stop), "%+v", stop)
}

// A counted context knows how many functions wait for its end.
type counted struct {
	context.Context
	mu      sync.Mutex
	waiting int
}

func (c *counted) Done() <-chan struct{} { return make(chan struct{}) }
func (c *counted) AfterFunc(func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting++
	return sync.OnceValue(func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.waiting--
		return true
	})
}

// A context that outlives many sessions keeps none of them.
func TestContextIsReleased(t *testing.T) {
	t.Parallel()
	ctx := &counted{Context: context.Background()}
	c := hosted(t, func(h *host) {
		h.untilSTARTTLS()
		h.br.ReadByte()
		h.say("nonsense")
		io.Copy(io.Discard, h.br)
	})
	c.Session(ctx, verify.SessionKey{Addr: somewhere, Hello: overTLS}, "example.com")
	assert.Zero(t, ctx.waiting, "functions that still wait")
}

// HELO after a refused EHLO offers nothing, whatever was offered before.
func TestHelloForgets(t *testing.T) {
	t.Parallel()
	d, stop := hosted(t, scripted(`
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: EHLO sender.example
S: 502 not again
C: HELO sender.example
S: 250 mx.example
`)).Connect(t.Context(), somewhere)
	require.Nil(t, stop)
	defer d.Close()
	require.Nil(t, d.Hello("sender.example"))
	assert.True(t, d.Offers("STARTTLS"))
	require.Nil(t, d.Hello("sender.example"))
	assert.False(t, d.Offers("STARTTLS"))
}
