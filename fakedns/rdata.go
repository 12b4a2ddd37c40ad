package fakedns

import (
	"bytes"
	"strings"

	"github.com/miekg/dns"
)

// data reads the data of one record. The dns package's parser stops without
// saying where, so it is fed this one record, from a reader that counts.
func (p *parser) data(h dns.RR_Header, words []token) (dns.RR, *SyntaxError) {
	for _, t := range words {
		if err := checkStrings(h.Rrtype, t); err != nil {
			return nil, err
		}
	}
	rr, at, ok := p.parseData(h, words, p.origin)
	if !ok && p.origin == "" {
		// If an origin is all that it lacks, a name of the data was relative.
		if _, _, ok := p.parseData(h, words, "."); ok {
			return nil, relative(words[at])
		}
	}
	if !ok {
		return nil, syntaxErrorf(words[at].off, "%s is wrong in a record of type %s: %s", clip(words[at].text), typeName(h.Rrtype), expected(h.Rrtype))
	}
	return rr, nil
}

// parseData returns the record, through its wire form, or the word at which
// the parser stopped.
func (p *parser) parseData(h dns.RR_Header, words []token, origin string) (rr dns.RR, at int, ok bool) {
	var b strings.Builder
	b.WriteString(". 0 IN ")
	b.WriteString(typeName(h.Rrtype))
	starts := make([]int, len(words))
	for i, t := range words {
		b.WriteByte(' ')
		starts[i] = b.Len()
		b.WriteString(t.text)
	}
	b.WriteByte('\n')
	// The parser reads octet by octet from an io.ByteReader: what is left in it
	// tells how far it came.
	r := strings.NewReader(b.String())
	zp := dns.NewZoneParser(r, origin, "")
	rr, ok = zp.Next()
	if ok {
		_, more := zp.Next()
		ok = !more && zp.Err() == nil
	}
	if !ok {
		read := b.Len() - r.Len()
		for at+1 < len(words) && starts[at+1] < read {
			at++
		}
		return nil, at, false
	}
	*rr.Header() = h
	// What cannot be packed cannot be served; and unpacking makes one form of
	// all the ways in which a text can be written.
	if p.wire == nil {
		p.wire = make([]byte, dns.MaxMsgSize)
	}
	n, err := dns.PackRR(rr, p.wire, 0, nil, false)
	if err != nil {
		return nil, len(words) - 1, false
	}
	rr, _, err = dns.UnpackRR(bytes.Clone(p.wire[:n]), 0)
	if err != nil || !legible(rr) {
		return nil, len(words) - 1, false
	}
	return rr, 0, true
}

// legible reports whether a record can be written and read again as it is. The
// library takes some that it cannot: an A record without data (\# 0), a CAA
// without a tag, an NSEC for type 0. None of them is one by its RFC.
func legible(rr dns.RR) bool {
	text := rr.String()
	again, err := dns.NewRR(text)
	return err == nil && again != nil && again.String() == text
}

// checkStrings refuses what the parser would cut in two without a word.
func checkStrings(typ uint16, t token) *SyntaxError {
	if typ != dns.TypeTXT && typ != dns.TypeSPF {
		return nil
	}
	octets := 0
	for i := 0; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			octets = 0 // each pair of quotes is a string of its own
			continue
		case c == '\\' && i+3 < len(t.text) && strings.Trim(t.text[i+1:i+4], "0123456789") == "":
			i += 3
		case c == '\\':
			i++
		}
		if octets++; octets > 255 {
			// RFC 1035 section 3.3: one length octet.
			return syntaxErrorf(t.off, "a character-string has at most 255 octets (RFC 1035 section 3.3): write several, each in its quotes")
		}
	}
	return nil
}

// expected tells what the data of a type looks like.
func expected(typ uint16) string {
	switch typ {
	case dns.TypeA:
		return "write an IPv4 address, such as 192.0.2.1"
	case dns.TypeAAAA:
		return "write an IPv6 address, such as 2001:db8::1"
	case dns.TypeMX:
		return "write a preference from 0 to 65535 and a host name, such as 10 mx.example.com."
	case dns.TypeCNAME, dns.TypeNS, dns.TypePTR:
		return "write one host name, such as mx.example.com."
	case dns.TypeTXT:
		return `write text in quotes, such as "v=spf1 -all"`
	case dns.TypeSOA:
		return "write two names and five numbers, such as ns.example.com. hostmaster.example.com. 1 3600 600 86400 300"
	case dns.TypeSRV:
		return "write priority, weight, port and a host name, such as 0 1 25 mx.example.com."
	case dns.TypeTLSA:
		return "write usage, selector, matching type and hexadecimal data, such as 3 1 1 0123abcd"
	case dns.TypeCAA:
		return `write a flag, a tag and a value in quotes, such as 0 issue "ca.example"`
	}
	return `write its data in the form of its RFC, or as \# LENGTH HEX (RFC 3597 section 5)`
}
