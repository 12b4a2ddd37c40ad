package serve

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// A Control lets other programs on the machine read and change what is served, by
// HTTP. It must be closed.
type Control struct {
	server   *Server
	director *Director
	journal  *Journal
	http     *http.Server
	waiting  sync.WaitGroup
}

// ListenControl opens the address of a control, which has to be one of loopback:
// whoever reaches it may change everything.
func ListenControl(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen for control on %q: %w; write an address and a port, for example 127.0.0.1:0", addr, err)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("listen for control on %s: whoever reaches it may change everything, so it stays on loopback; write 127.0.0.1 or [::1] and a port", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for control: %w", err)
	}
	return l, nil
}

// loopback tells whether a host name or an address, perhaps in brackets, is this
// machine's loopback.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && a.Unmap().IsLoopback()
}

// StartControl serves at a listener, which it closes.
func StartControl(l net.Listener, sv *Server, d *Director, j *Journal) *Control {
	c := &Control{server: sv, director: d, journal: j}
	c.http = &http.Server{Handler: guarded(c.routes()), ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				c.waiting.Add(1)
			case http.StateClosed:
				c.waiting.Done()
			}
		}}
	c.waiting.Go(func() { c.http.Serve(l) }) // it ends by Close
	return c
}

// Close ends the control and waits for it.
func (c *Control) Close() {
	c.http.Close()
	c.waiting.Wait()
}

// maxBody is the most that a request may bring: a scenario may have no more.
const maxBody = 1 << 20

// guarded refuses what a web page could have a browser ask.
func guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		switch {
		case !loopback(host):
			http.Error(w, fmt.Sprintf("the host %q is not this machine's loopback; ask for 127.0.0.1, [::1] or localhost", r.Host), http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Header.Get("Origin") != "":
			http.Error(w, "a web page may change nothing here; ask without the header Origin", http.StatusForbidden)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			h.ServeHTTP(w, r)
		}
	})
}
