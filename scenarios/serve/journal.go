package serve

import (
	"crypto/tls"
	"net/netip"
	"sync"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// A Journal is a [Witness] that keeps the latest of what happened: of each kind
// at most 10,000 entries and 32 MiB.
type Journal struct {
	now  func() time.Time
	tell func(any)

	mu       sync.Mutex
	queries  ring[Query]
	hellos   ring[Hello]
	sessions ring[Session]
	messages ring[Message]
	fetches  ring[Fetch]
	open     map[int]int    // the entries of the sessions that are not over, by the session's number
	peers    map[string]int // the numbers of these sessions
}

// NewJournal keeps what happens, and tells each entry when it is whole, one after the
// other: a [Query], [Hello], [Session], [Message] or [Fetch]. tell may be nil, and must not
// ask the journal.
func NewJournal(now func() time.Time, tell func(entry any)) *Journal {
	if tell == nil {
		tell = func(any) {}
	}
	return &Journal{now: now, tell: tell, open: map[int]int{}, peers: map[string]int{}}
}

// keep adds an entry to its ring, and tells it. j.mu is held.
func keep[T any](j *Journal, r *ring[T], entry T, octets int, number func(*T, int)) {
	n := r.add(entry, octets)
	kept := &r.at(n).entry
	number(kept, n)
	j.tell(*kept)
}

// Asked keeps a query.
func (j *Journal) Asked(q fakedns.Query) {
	j.mu.Lock()
	defer j.mu.Unlock()
	keep(j, &j.queries, queryEntry(q), len(q.Name), func(q *Query, n int) { q.Number, q.Time = n, j.now() })
}

// Noted keeps a session as far as it came; it is told when it is over.
func (j *Journal) Noted(host netip.Addr, session int, record fakemx.Session) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n, known := j.open[session]
	if !known {
		n = j.sessions.add(Session{Time: j.now()}, 0)
		j.open[session], j.peers[record.Peer.String()] = n, session
	}
	kept := j.sessions.at(n)
	if kept != nil {
		kept.entry = sessionEntry(host, session, kept.entry.Time, record)
	}
	if !record.Done {
		return
	}
	delete(j.open, session)
	delete(j.peers, record.Peer.String())
	if kept == nil {
		return
	}
	j.tell(kept.entry)
	for _, l := range kept.entry.Dialogue {
		kept.octets += len(l.Text)
	}
	j.sessions.grow(kept.octets)
}

// Took keeps a message.
func (j *Journal) Took(host netip.Addr, m fakemx.Message) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := messageEntry(host, m)
	keep(j, &j.messages, e, len(e.Data), func(m *Message, n int) { m.Number, m.Time = n, j.now() })
}

// Fetched keeps a request by HTTP.
func (j *Journal) Fetched(f world.Fetch) {
	j.mu.Lock()
	defer j.mu.Unlock()
	keep(j, &j.fetches, fetchEntry(f), len(f.URL), func(f *Fetch, n int) { f.Number, f.Time = n, j.now() })
}

// greeted keeps a ClientHello.
func (j *Journal) greeted(host netip.Addr, peer string, h *tls.ClientHelloInfo) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := helloEntry(host, peer, h)
	e.Session = j.peers[peer]
	keep(j, &j.hellos, e, 1024, func(h *Hello, n int) { h.Number, h.Time = n, j.now() })
}

// after gives the entries of a ring behind a number.
func after[T any](j *Journal, r *ring[T], n int) []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	return r.after(n)
}

// Queries gives those that are kept behind the one with the number, as do the
// others; 0 is for all. A session stands where it began.
func (j *Journal) Queries(behind int) []Query { return after(j, &j.queries, behind) }

// Hellos gives the ClientHellos.
func (j *Journal) Hellos(behind int) []Hello { return after(j, &j.hellos, behind) }

// Sessions gives the sessions, also those that are not over.
func (j *Journal) Sessions(behind int) []Session { return after(j, &j.sessions, behind) }

// Messages gives the messages.
func (j *Journal) Messages(behind int) []Message { return after(j, &j.messages, behind) }

// Fetches gives the requests by HTTP.
func (j *Journal) Fetches(behind int) []Fetch { return after(j, &j.fetches, behind) }

var _ Witness = (*Journal)(nil)
