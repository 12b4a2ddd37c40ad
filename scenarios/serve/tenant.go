package serve

import (
	"net"
	"net/netip"
	"sync"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// A Witness is told what happens in what is served, from many goroutines: what a
// world.Ground has to tell. Sessions are numbered from 1 through all worlds.
type Witness interface {
	Asked(fakedns.Query)
	Noted(host netip.Addr, session int, record fakemx.Session)
	Took(host netip.Addr, m fakemx.Message)
	Fetched(world.Fetch)
}

// A tenant is a world behind the porches, until another one moves in and its
// last guest has left.
type tenant struct {
	world   *world.World
	journal *Journal // may be nil
	doors   map[netip.AddrPort]*door
	names   *door  // of the DNS server, by TCP
	asked   *berth // by UDP

	mu      sync.Mutex
	guests  int
	leaving bool
	empty   chan struct{} // closed when it is leaving and has no guests

	numbers map[int]int // of the sessions that are not over
}

func newTenant(j *Journal) *tenant {
	return &tenant{journal: j, doors: map[netip.AddrPort]*door{}, empty: make(chan struct{}), numbers: map[int]int{}}
}

// enter makes a client's connection to a port a guest, unless the tenant is
// leaving.
func (t *tenant) enter(at netip.AddrPort, c net.Conn) (net.Conn, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leaving {
		return nil, false
	}
	t.guests++
	return &guest{TCPConn: c.(*net.TCPConn), of: t, at: at}, true
}

func (t *tenant) left() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.guests--
	t.look()
}

// leave lets nobody in any more. What is not a session with an MX host is over.
func (t *tenant) leave() {
	t.mu.Lock()
	t.leaving = true
	t.look()
	t.mu.Unlock()
	t.world.Retire()
}

// look closes empty when it is time. t.mu is held.
func (t *tenant) look() {
	if t.leaving && t.guests == 0 {
		select {
		case <-t.empty:
		default:
			close(t.empty)
		}
	}
}

// number gives a session its number among those of all worlds.
func (t *tenant) number(session int, last bool, next func() int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.numbers[session]
	if !ok {
		n = next()
		t.numbers[session] = n
	}
	if last {
		delete(t.numbers, session)
	}
	return n
}
