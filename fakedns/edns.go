package fakedns

import "github.com/miekg/dns"

// udpPayload is the largest UDP message that is taken or sent, in octets: what
// common servers allow, and what the systems' default limits let through.
const udpPayload = 4096

// edns gives the reply an OPT record if the query has one, and returns the
// query's. RFC 6891 section 6.1.1: two are a format error; section 6.1.3: a version
// above 0 is answered with BADVERS. Options are ignored (section 6.1.2).
func (s *Server) edns(m, req *dns.Msg) (*dns.OPT, int) {
	var query *dns.OPT
	for _, rr := range req.Extra {
		opt, ok := rr.(*dns.OPT)
		if !ok {
			continue
		}
		if query != nil {
			return query, dns.RcodeFormatError
		}
		query = opt
		reply := &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT}}
		reply.SetUDPSize(udpPayload)
		reply.SetDo(opt.Do()) // RFC 3225 section 3: copied
		m.Extra = []dns.RR{reply}
	}
	if query != nil && query.Version() != 0 {
		return query, dns.RcodeBadVers
	}
	return query, dns.RcodeSuccess
}
