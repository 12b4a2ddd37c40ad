package fakedns

import (
	"strings"

	"github.com/miekg/dns"
)

// spoil does to a whole answer what a fault says.
func spoil(m *dns.Msg, wrong mishap) {
	switch {
	case wrong.fault.Kind == EDNS && wrong.kind != "":
		m.Extra = nil // RFC 6891 section 7: who does not know OPT sends none
	case wrong.kind == Truncate:
		m.Truncated = true
		m.Answer, m.Ns, m.Extra = nil, nil, onlyOPT(m.Extra)
	case wrong.kind == WrongID:
		m.Id++
	case wrong.kind == WrongQuestion:
		q := m.Question[0]
		q.Name = "another-question.test."
		m.Question = []dns.Question{q}
	case wrong.kind == Size:
		fill(m, wrong.fault.Size)
	}
}

// onlyOPT keeps the OPT record of an additional section.
func onlyOPT(extra []dns.RR) []dns.RR {
	for _, rr := range extra {
		if _, ok := rr.(*dns.OPT); ok {
			return []dns.RR{rr}
		}
	}
	return nil
}

// fill makes a message exactly size octets long, by a record of the root that
// has nothing to do with the question. It stands in the answer, so that what
// does not fit by UDP is truncated (RFC 2181 section 9). A message that is longer
// already stays as it is.
func fill(m *dns.Msg, size int) {
	const header = 1 + 2 + 2 + 4 + 2 // of a record of the root: RFC 1035 section 4.1.3
	m.Compress = true                // so that nothing can make it shorter later
	wire, err := m.Pack()
	missing := size - len(wire) - header
	if err != nil || missing < 0 {
		return
	}
	m.Answer = append(m.Answer[:len(m.Answer):len(m.Answer)], &dns.NULL{
		Hdr:  dns.RR_Header{Name: ".", Rrtype: dns.TypeNULL, Class: dns.ClassINET},
		Data: strings.Repeat("x", missing),
	})
}

// rootServer is what a server knows that knows nothing: whom to ask first.
func rootServer() dns.RR {
	return &dns.NS{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeNS, Class: dns.ClassINET, Ttl: defaultTTL}, Ns: "root-server.test."}
}
