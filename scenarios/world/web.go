package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify/probe"
)

// WebPort is where web hosts stand.
const WebPort = 80

// A Fetch is one request that a web host of the world has read.
type Fetch struct {
	Sender string // as in fakedns.Query
	Method string
	URL    string    // as asked for, the host in lower case
	At     time.Time // for that sender
}

// Fetches are the requests that the web hosts have read so far; of a world that
// is served, none.
func (w *World) Fetches() []Fetch {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Fetch(nil), w.fetches...)
}

// A site is the web host at one address. Its server is started by the first
// connection.
type site struct {
	world   *World
	addr    netip.Addr
	connect string // as in scenarios.WebLine

	mu      sync.Mutex
	server  *http.Server // nil where nobody came yet
	address string       // of the server in the network
	closed  bool
	open    sync.WaitGroup // the accepting loop, and the connections
}

// addSites makes sure that the publications can be made, and makes none.
func (w *World) addSites() error {
	for _, res := range w.Scenario.Web {
		if p := res.Publication; p != nil {
			if err := w.lab.CheckPublication(*p); err != nil {
				return fmt.Errorf("serve %s: %w", res.URL, err)
			}
		}
		for _, a := range res.Addrs {
			w.sites[a] = &site{world: w, addr: a, connect: res.Connect}
		}
	}
	return nil
}

// visit connects a sender to a web host.
func (s *Sender) visit(ctx context.Context, network string, to *site) (net.Conn, error) {
	if !s.world.reaches(to.addr) {
		return nil, unreachable(network)
	}
	switch to.connect {
	case "silent":
		s.WaitUntil(s.Now().Add(probe.FetchTimeout)) // nobody waits longer for a fetch
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
	case "refused":
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	address, err := to.start()
	if err != nil {
		return nil, to.world.fail(fmt.Errorf("start a web host of %s: %w", to.world.Scenario.Name, err))
	}
	return to.world.open(ctx, s, network, address, to.world.net.dial)
}

// start gives the address of the running server.
func (t *site) start() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return "", net.ErrClosed
	}
	if t.server != nil {
		return t.address, nil
	}
	l, err := t.world.net.listen()
	if err != nil {
		return "", err
	}
	t.run(l)
	return t.address, nil
}

// run starts the server. t.mu is held.
func (t *site) run(l net.Listener) {
	t.address = l.Addr().String()
	t.server = &http.Server{
		Handler:  t,
		ErrorLog: log.New(io.Discard, "", 0), // what clients do wrong is theirs
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connection{}, c)
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				t.open.Add(1)
			case http.StateClosed:
				t.open.Done()
			}
		},
	}
	t.open.Go(func() {
		if err := t.server.Serve(countingListener{l}); !errors.Is(err, http.ErrServerClosed) {
			t.world.fail(fmt.Errorf("serve a web host of %s: %w", t.world.Scenario.Name, err))
		}
	})
}

// close ends the server and waits for it.
func (t *site) close() {
	t.mu.Lock()
	t.closed = true
	if t.server != nil {
		t.server.Close()
	}
	t.mu.Unlock()
	t.open.Wait()
}

// connection is the key of the connection in the context of a request.
type connection struct{}

// A counting connection knows how many octets it has sent.
type counting struct {
	net.Conn
	sent atomic.Int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	return n, err
}

type countingListener struct{ net.Listener }

func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &counting{Conn: c}, nil
}

// resource finds what is served at a URL. A request for an OCSP answer by GET
// has more behind the URL of the responder (RFC 6960 section A.1); so it has
// where only a fault is known.
func (w *World) resource(url string) *scenarios.Resource {
	var found *scenarios.Resource
	for i := range w.Scenario.Web {
		res := &w.Scenario.Web[i]
		within := (res.Publication == nil || res.Publication.Kind == pki.OCSP) && strings.HasPrefix(url, strings.TrimSuffix(res.URL, "/")+"/")
		switch {
		case res.URL == url:
			return res
		case within && (found == nil || len(res.URL) > len(found.URL)):
			found = res
		}
	}
	return found
}

// proxy gives the line of a proxy that stands at this address; nil if none does.
func (t *site) proxy() *scenarios.Resource {
	for i := range t.world.Scenario.Web {
		if res := &t.world.Scenario.Web[i]; res.Proxy && slices.Contains(res.Addrs, t.addr) {
			return res
		}
	}
	return nil
}

// hostOf gives the host of a request in the form of scenarios.Resource.
func hostOf(r *http.Request) string { return strings.TrimSuffix(strings.ToLower(r.Host), ":80") }
