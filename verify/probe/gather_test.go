package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// A curious policy asks for facts by a function.
type curious func(ev verify.Evidence) []verify.Need

func (curious) Mode() string                  { return "test/curious" }
func (curious) Hello() verify.Hello           { return overTLS }
func (curious) Routing() (r verify.Routing)   { return r }
func (curious) Schedule() (s verify.Schedule) { return s }
func (p curious) Judge(ev verify.Evidence) (verify.Verdict, []verify.Need) {
	return verify.Verdict{}, p(ev)
}

func needSession(h verify.Hello) curious {
	return func(ev verify.Evidence) []verify.Need {
		_, n := ev.Session(h)
		return n
	}
}

// chase asks for n addresses one after the other.
func chase(n int) curious {
	return func(ev verify.Evidence) []verify.Need {
		for i := range n {
			if _, need := ev.Ask(fmt.Sprintf("c%d.example", i), "A"); need != nil {
				return need
			}
		}
		return nil
	}
}

func question(name, typ string) verify.Question { return verify.Question{Name: name, Type: typ} }

// world joins a resolver and hosts that refuse with their greeting.
func world(t *testing.T, replies map[string]reply) (*Client, *resolver, *[]string) {
	c, r := resolving(t, replies)
	hosts := hosted(t, func(h *host) {
		h.say("554 no")
		h.hear("QUIT")
	})
	var connected []string
	udp := c.Dial
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == c.Resolver {
			return udp(ctx, network, address)
		}
		connected = append(connected, address)
		return hosts.Dial(ctx, network, address)
	}
	return c, r, &connected
}

func TestGather(t *testing.T) {
	t.Parallel()
	c, r, connected := world(t, map[string]reply{
		"example.com. MX": answers(t, "example.com. 300 IN MX 20 b.example.", "example.com. 300 IN MX 10 a.example."),
		"a.example. A":    answers(t, "a.example. 300 IN A 192.0.2.1"),
		"b.example. A":    answers(t, "b.example. 300 IN A 192.0.2.2", "b.example. 300 IN A 192.0.2.1"),
		"a.example. AAAA": answers(t),
		"b.example. AAAA": answers(t),
	})
	reverse := curious(func(ev verify.Evidence) []verify.Need {
		_, _, n := ev.Reverse(ev.Hop.Addr.Addr())
		return n
	})
	ev := &verify.Evidence{Domain: "example.com"}
	require.NoError(t, c.Gather(t.Context(), ev, []verify.Policy{needSession(overTLS), reverse, needSession(overTLS), needSession(verify.Hello{})}))

	// Each question once, in the order of the needs; each session once, although
	// two hosts share an address and two policies a hello.
	asked, _ := r.queries()
	assert.Equal(t, []string{
		"udp example.com. MX", "udp a.example. A", "udp a.example. AAAA", "udp b.example. A", "udp b.example. AAAA",
		"udp 1.2.0.192.in-addr.arpa. PTR", "udp 2.2.0.192.in-addr.arpa. PTR",
	}, asked)
	assert.Equal(t, []string{"192.0.2.1:25", "192.0.2.1:25", "192.0.2.2:25", "192.0.2.2:25"}, *connected)
	assert.Len(t, ev.Lookups, 7)
	require.Len(t, ev.Sessions, 4)
	for key, s := range ev.Sessions {
		assert.Equal(t, "greeting reply 554", short(s.Stop), "%v", key)
	}
	assert.Equal(t, verify.NXDomain, ev.Lookups[question("1.2.0.192.in-addr.arpa", "PTR")].Status)

	// Complete evidence costs nothing more.
	require.NoError(t, c.Gather(t.Context(), ev, []verify.Policy{needSession(overTLS)}))
	again, _ := r.queries()
	assert.Len(t, again, len(asked))
}

// A domain that leads nowhere is a fact, not an error.
// TestGatherUnreached: a host that cannot be reached is tried once, whatever
// the modes would have said to it.
func TestGatherUnreached(t *testing.T) {
	t.Parallel()
	c, _, connected := world(t, map[string]reply{
		"example.com. MX": answers(t, "example.com. 300 IN MX 10 a.example."),
		"a.example. A":    answers(t, "a.example. 300 IN A 192.0.2.1"),
		"a.example. AAAA": answers(t),
	})
	through := c.Dial
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == c.Resolver {
			return through(ctx, network, address)
		}
		*connected = append(*connected, address)
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}
	ev := &verify.Evidence{Domain: "example.com"}
	require.NoError(t, c.Gather(t.Context(), ev, []verify.Policy{needSession(overTLS), needSession(verify.Hello{})}))
	assert.Equal(t, []string{"192.0.2.1:25"}, *connected)
	require.Len(t, ev.Sessions, 2)
	for k, s := range ev.Sessions {
		assert.Equal(t, verify.ConnectionRefused, s.Stop.Cause, "%v", k)
	}
}

func TestGatherNoSuchDomain(t *testing.T) {
	t.Parallel()
	c, _, connected := world(t, nil)
	ev := &verify.Evidence{Domain: "example.com"}
	require.NoError(t, c.Gather(t.Context(), ev, []verify.Policy{curious(func(verify.Evidence) []verify.Need { return nil })}))
	assert.Equal(t, verify.Answer{Status: verify.NXDomain}, ev.Lookups[question("example.com", "MX")])
	assert.Empty(t, *connected)
}

func TestGatherEnds(t *testing.T) {
	t.Parallel()
	again := curious(func(ev verify.Evidence) []verify.Need {
		return []verify.Need{{Question: question("example.com", "MX")}}
	})
	nothing := curious(func(ev verify.Evidence) []verify.Need { return []verify.Need{{}} })
	impossible := verify.Hello{TLS: true, MinVersion: 0x0304, MaxVersion: 0x0303}
	for _, row := range []struct {
		name   string
		policy curious
		err    error
	}{
		{"as many rounds as there may be", chase(MaxRounds - 2), nil},
		{"a round too many", chase(MaxRounds - 1), errRounds},
		{"the same again", again, errIdle},
		{"nothing", nothing, errNeed},
		{"a hello that can be said, to a host that refuses before it", needSession(impossible), nil},
	} {
		c, _, _ := world(t, map[string]reply{"example.com. MX": answers(t, "example.com. 300 IN MX 10 a.example."),
			"a.example. A": answers(t, "a.example. 300 IN A 192.0.2.1")})
		err := c.Gather(t.Context(), &verify.Evidence{Domain: "example.com"}, []verify.Policy{row.policy})
		if row.err == nil {
			assert.NoError(t, err, row.name)
		} else {
			assert.ErrorIs(t, err, row.err, row.name)
		}
	}
}

// What our own side cannot do is an error, and never becomes evidence.
func TestGatherOwnFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("no network today")
	for _, address := range []string{"192.0.2.53:53", "192.0.2.1:25"} {
		c, _, _ := world(t, map[string]reply{"example.com. MX": answers(t), "example.com. A": answers(t, "example.com. 300 IN A 192.0.2.1")})
		dial := c.Dial
		c.Dial = func(ctx context.Context, network, to string) (net.Conn, error) {
			if to == address {
				return nil, broken
			}
			return dial(ctx, network, to)
		}
		ev := &verify.Evidence{Domain: "example.com"}
		err := c.Gather(t.Context(), ev, []verify.Policy{needSession(overTLS)})
		require.Error(t, err, address)
		assert.ErrorContains(t, err, "example.com")
		assert.ErrorContains(t, err, broken.Error(), "the error keeps the cause")
		assert.Empty(t, ev.Sessions)
	}
}

// The end of the context ends a lookup under way and a session under way.
func TestGatherCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		t.Cleanup(func() { far.Close() })
		go func() {
			far.Read(make([]byte, 512)) // the query is under way
			cancel()
		}()
		return near, nil
	}
	// The deadline is far away: only the context can end the lookup.
	c := &Client{Dial: dial, Resolver: "192.0.2.53:53", Now: func() time.Time { return time.Now().Add(time.Hour) }}
	ev := &verify.Evidence{Domain: "example.com"}
	assert.ErrorIs(t, c.Gather(ctx, ev, nil), context.Canceled)
	assert.Empty(t, ev.Lookups)

	ctx, cancel = context.WithCancel(t.Context())
	c, _, _ = world(t, map[string]reply{"example.com. MX": answers(t), "example.com. A": answers(t, "example.com. 300 IN A 192.0.2.1")})
	lookups := c.Dial
	silent := hosted(t, func(h *host) {
		cancel()
		h.br.ReadByte()
	})
	c.Dial = func(ctx context.Context, network, to string) (net.Conn, error) {
		if network == "tcp" {
			return silent.Dial(ctx, network, to)
		}
		return lookups(ctx, network, to)
	}
	ev = &verify.Evidence{Domain: "example.com"}
	assert.ErrorIs(t, c.Gather(ctx, ev, []verify.Policy{needSession(overTLS)}), context.Canceled)
	assert.Empty(t, ev.Sessions)
}

// Reverse finds the names of every host, which no policy asked for.
func TestReverse(t *testing.T) {
	t.Parallel()
	c, _, _ := world(t, map[string]reply{
		"example.com. MX":             answers(t, "example.com. 300 IN MX 10 a.example."),
		"a.example. A":                answers(t, "a.example. 300 IN A 192.0.2.1"),
		"1.2.0.192.in-addr.arpa. PTR": answers(t, "1.2.0.192.in-addr.arpa. 300 IN PTR a.example."),
	})
	ev := &verify.Evidence{Domain: "example.com"}
	require.NoError(t, c.Reverse(t.Context(), ev), "without hosts there is nothing to look up")
	require.NoError(t, c.Gather(t.Context(), ev, nil))
	require.NoError(t, c.Reverse(t.Context(), ev))
	status, entries, needs := ev.Reverse(somewhere.Addr())
	assert.Equal(t, verify.NoError, status)
	assert.Equal(t, []verify.ReverseEntry{{Name: "a.example", Forward: verify.NoError, Confirmed: true}}, entries)
	assert.Empty(t, needs)
}
