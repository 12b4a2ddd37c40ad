package fakedns

import (
	"net/netip"
	"slices"
	"sync"

	"github.com/miekg/dns"
)

// A Query is one question that was asked, and what came of it.
type Query struct {
	Name    string         // lower case, without the trailing dot; the root is "."
	Type    string         // "MX", "A", or "TYPE65280" where it has no name
	Net     string         // "udp" or "tcp"
	Peer    netip.AddrPort // who asked
	Status  string         // NOERROR, NODATA, NXDOMAIN, TIMEOUT, RESET, or what the RCODE is called: SERVFAIL, REFUSED, FORMERR ...
	Outside bool           // it was refused because no zone that is served has the name
}

// maxQueries bounds the memory of a server that is asked without end.
const maxQueries = 1 << 20

// A queryLog keeps queries compactly, because it is written on every one.
type queryLog struct {
	mu   sync.Mutex
	kept []keptQuery
	lost int
}

type keptQuery struct {
	name    string // canonical
	status  string
	peer    netip.AddrPort
	typ     uint16
	tcp     bool
	outside bool
}

func (l *queryLog) add(q keptQuery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) == maxQueries {
		l.lost++
		return
	}
	l.kept = append(l.kept, q)
}

// Queries returns every query so far, in the order in which they were
// answered. A query is there before its answer is sent. Queries that cannot be
// read have no question and are not kept; nor are those after the first 2^20,
// which Lost counts.
func (s *Server) Queries() []Query {
	s.log.mu.Lock()
	kept := slices.Clone(s.log.kept)
	s.log.mu.Unlock()
	out := make([]Query, len(kept))
	for i, q := range kept {
		out[i] = q.query()
	}
	return out
}

func (q keptQuery) query() Query {
	out := Query{
		Name: display(q.name), Type: dns.Type(q.typ).String(), Net: "udp",
		Peer: q.peer, Status: q.status, Outside: q.outside,
	}
	if q.tcp {
		out.Net = "tcp"
	}
	return out
}

// Lost returns the number of queries that Queries does not return.
func (s *Server) Lost() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.lost
}
