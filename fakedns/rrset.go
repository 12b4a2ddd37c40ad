package fakedns

import (
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// A nodeKind tells whether a name has a CNAME or other data.
type nodeKind uint8

const (
	aliasNode nodeKind = iota + 1
	dataNode
)

// A setState is what the parser remembers of an RRset.
type setState struct {
	octets int
	data   map[string]bool
}

// add takes a record into the zone, unless it is there already or cannot be.
func (p *parser) add(offset int, rr dns.RR) *SyntaxError {
	h := rr.Header()
	typ := typeName(h.Rrtype)
	text := strings.TrimPrefix(rr.String(), h.String())
	if unknown, ok := rr.(*dns.RFC3597); ok {
		text = `\# ` + strconv.Itoa(len(unknown.Rdata)/2) + " " + unknown.Rdata
	}
	key := setKey{h.Name, h.Rrtype}
	set := p.sets[key]
	if set == nil {
		set = &setState{data: make(map[string]bool)}
		p.sets[key] = set
	}
	same := text
	switch h.Rrtype {
	case dns.TypeCNAME, dns.TypeMX, dns.TypeNS, dns.TypePTR, dns.TypeSOA, dns.TypeSRV:
		same = strings.ToLower(text) // names differ not by their case
	}
	if set.data[same] {
		return nil
	}
	if err := p.fits(offset, h, len(set.data)); err != nil {
		return err
	}
	set.data[same] = true
	if set.octets += dns.Len(rr); set.octets > maxRRset {
		return syntaxErrorf(offset, "the %s records of %s have more than %d octets: no message can hold them", typ, display(h.Name), maxRRset)
	}
	p.records = append(p.records, record{
		Record: Record{Owner: display(h.Name), Type: typ, Data: text, TTL: h.Ttl, Offset: offset},
		name:   h.Name,
		rr:     rr,
	})
	return nil
}

// fits checks a record against those of its name; have is the number of
// different ones of its type.
func (p *parser) fits(offset int, h *dns.RR_Header, have int) *SyntaxError {
	owner := display(h.Name)
	kind := dataNode
	switch h.Rrtype {
	case dns.TypeCNAME:
		kind = aliasNode
		fallthrough
	case dns.TypeSOA:
		if have > 0 {
			return syntaxErrorf(offset, "%s has another %s record above: delete one", owner, typeName(h.Rrtype))
		}
	case dns.TypeRRSIG, dns.TypeNSEC: // these may stand beside a CNAME
		return nil
	}
	// RFC 4592 section 4.2 leaves NS at a wildcard undefined; 4.1 has no use
	// for SOA there.
	if strings.HasPrefix(h.Name, "*.") && (h.Rrtype == dns.TypeNS || h.Rrtype == dns.TypeSOA) {
		return syntaxErrorf(offset, "a wildcard has no %s record (RFC 4592 section 4): write the names themselves", typeName(h.Rrtype))
	}
	// RFC 1034 section 3.6.2, RFC 2181 section 10.1: a CNAME stands alone.
	if was := p.kinds[h.Name]; was != 0 && was != kind {
		return syntaxErrorf(offset, "%s has a CNAME record, which stands alone, and other data (RFC 1034 section 3.6.2): delete one", owner)
	}
	p.kinds[h.Name] = kind
	return nil
}
