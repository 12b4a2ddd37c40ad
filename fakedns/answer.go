package fakedns

import (
	"net"
	"net/netip"
	"strings"

	"github.com/miekg/dns"
)

// answer handles one message that is a query with at most one question.
func (s *Server) answer(w dns.ResponseWriter, req *dns.Msg) {
	m := &dns.Msg{
		MsgHdr: dns.MsgHdr{Id: req.Id, Opcode: req.Opcode, RecursionDesired: req.RecursionDesired,
			RecursionAvailable: s.Recursive, Response: true},
		Question: req.Question,
	}
	edns, rcode := s.edns(m, req)
	switch {
	case req.Opcode != dns.OpcodeQuery:
		rcode = dns.RcodeNotImplemented
	case len(req.Question) != 1:
		rcode = dns.RcodeFormatError
	}
	if len(req.Question) != 1 {
		m.Rcode = rcode
		s.send(w, m, edns)
		return
	}
	q := req.Question[0]
	name := strings.ToLower(q.Name)
	peer := w.RemoteAddr()
	_, tcp := peer.(*net.TCPAddr)
	kept := keptQuery{name: name, typ: q.Qtype, peer: addrPort(peer), tcp: tcp}

	var wrong mishap
	if ms := s.mishaps.Load(); len(ms.faults) > 0 && rcode == dns.RcodeSuccess && q.Qclass == dns.ClassINET {
		wrong = ms.of(setKey{name, q.Qtype}, func() string { return s.asker(peer) }, tcp, edns != nil)
	}
	r := s.reply(q, name, rcode, wrong)
	if s.Recursive && r.leadsOn() {
		r = reply{rcode: dns.RcodeServerFailure, status: "SERVFAIL"} // nobody is there to be asked
	}
	kept.status, kept.outside = r.status, r.outside
	s.log.add(kept)
	if s.Asked != nil {
		s.Asked(kept.query())
	}

	if wrong.delay > 0 && !s.late(peer, wrong.delay) {
		return
	}
	switch wrong.kind {
	case Timeout:
		s.silent(peer)
		return
	case reset:
		s.traffic.reset(peer)
		_ = w.Close()
		return
	}
	m.Rcode, m.Authoritative = r.rcode, r.authoritative
	m.Answer, m.Ns = r.answer, r.ns
	m.Extra = append(r.extra[:len(r.extra):len(r.extra)], m.Extra...)
	spoil(m, wrong)
	s.send(w, m, edns)
	if wrong.kind == WrongID || wrong.kind == WrongQuestion {
		s.silent(peer)
	}
}

// reply says what the zones or a fault have to say to a question; name is the
// name asked for in its canonical form, rcode what is wrong with the query
// itself.
func (s *Server) reply(q dns.Question, name string, rcode int, wrong mishap) reply {
	code, coded := wrong.kind.rcode()
	switch {
	case rcode != dns.RcodeSuccess:
		return reply{rcode: rcode, status: statusOf(rcode)}
	case wrong.kind == Timeout:
		return reply{status: "TIMEOUT"}
	case wrong.kind == reset:
		return reply{status: "RESET"}
	case wrong.kind == NXDomain:
		return s.index.Load().denial(name)
	case coded:
		return reply{rcode: code, status: statusOf(code)}
	case wrong.kind == Lame:
		return reply{status: "NOERROR", ns: []dns.RR{rootServer()}}
	case q.Qclass != dns.ClassINET:
		return reply{rcode: dns.RcodeRefused, status: "REFUSED", outside: true}
	case q.Qtype == dns.TypeAXFR || q.Qtype == dns.TypeIXFR:
		return reply{rcode: dns.RcodeRefused, status: "REFUSED"}
	}
	return s.index.Load().lookup(q.Name, q.Qtype)
}

// silent tells that no answer to a query follows.
func (s *Server) silent(peer net.Addr) {
	if s.Silent != nil {
		s.Silent(peer, s.traffic.sent(peer))
	}
}

// asker names who asks.
func (s *Server) asker(peer net.Addr) string {
	if s.Asker == nil {
		return ""
	}
	return s.Asker(peer)
}

// send writes a message, cut to what the client can take.
func (s *Server) send(w dns.ResponseWriter, m *dns.Msg, edns *dns.OPT) {
	peer := w.RemoteAddr()
	limit := dns.MaxMsgSize
	if _, udp := peer.(*net.UDPAddr); udp {
		limit = dns.MinMsgSize // RFC 1035 section 4.2.1
		if edns != nil {
			limit = min(max(limit, int(edns.UDPSize())), udpPayload) // RFC 6891 section 6.2.3
		}
	}
	wire, err := m.Pack()
	if err == nil && len(wire) > limit || err != nil && m.Len() > limit {
		shorten(m, limit)
		wire, err = m.Pack()
	}
	if err != nil {
		// Every record was packed once when it was parsed, so this is not
		// reached by any zone; a client is still told.
		m = &dns.Msg{MsgHdr: m.MsgHdr, Question: m.Question}
		m.Rcode = dns.RcodeServerFailure
		if wire, err = m.Pack(); err != nil {
			return
		}
	}
	// Counted first: a client that has read this answer and then meets silence
	// must find it counted.
	if s.Silent != nil {
		s.traffic.udpSent(peer, len(wire))
	}
	_, _ = w.Write(wire) // a client that is gone is no concern of ours
}

// shorten makes a message fit. RFC 2181 section 9: TC says that something of the
// answer is missing; a missing address of a server is no reason for it.
func shorten(m *dns.Msg, limit int) {
	m.Compress = true
	if m.Len() <= limit {
		return
	}
	opts := 0
	if m.IsEdns0() != nil {
		opts = 1
	}
	if len(m.Answer) > 0 {
		m.Extra = m.Extra[len(m.Extra)-opts:]
	}
	m.Truncate(limit)
}

func statusOf(rcode int) string {
	if rcode == dns.RcodeBadVers {
		return "BADVERS" // the dns package knows 16 by its other name
	}
	return dns.RcodeToString[rcode]
}

// addrPort gives a socket's peer, IPv4 as IPv4.
func addrPort(a net.Addr) netip.AddrPort {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.UDPAddr:
		ap = a.AddrPort()
	case *net.TCPAddr:
		ap = a.AddrPort()
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
