package scenarios

import (
	"net/netip"
	"strconv"
	"strings"

	"mxlab/fakedns"
	"mxlab/verify"
)

// Hops gives the hosts that a sender would come to if every record could be
// looked up: the rules are those of the judgement, the answers those of the
// zone text. Faults of the DNS do not count, because a host that cannot be
// found today is still a part of the incident.
func (s *Scenario) Hops() []verify.Hop {
	hops, _ := s.reach()
	return hops
}

// reach gives the hosts, and every question that a sender asks on the way to
// them.
func (s *Scenario) reach() ([]verify.Hop, map[verify.Question]verify.Answer) {
	index := s.index()
	ev := verify.Evidence{Domain: s.Domain, Routes: s.Routes, Lookups: map[verify.Question]verify.Answer{}}
	for {
		hops, needs := ev.NextHops()
		before := len(ev.Lookups)
		for _, n := range needs {
			ev.Lookups[n.Question] = answer(index, n.Question)
		}
		if len(ev.Lookups) == before {
			return hops, ev.Lookups
		}
	}
}

// index gives the records of each owner.
func (s *Scenario) index() map[string][]fakedns.Record {
	index := map[string][]fakedns.Record{}
	for _, rec := range s.Zone.Records() {
		index[rec.Owner] = append(index[rec.Owner], rec)
	}
	return index
}

// maxCNAMEs is how far a chain of aliases is followed, as by probe.Client.
const maxCNAMEs = 16

// answer looks a question up in the records of a zone text.
func answer(index map[string][]fakedns.Record, q verify.Question) verify.Answer {
	name := q.Name
	for range maxCNAMEs + 1 {
		a, records := verify.Answer{Status: verify.NoData}, owned(index, name)
		if len(records) == 0 {
			a.Status = verify.NXDomain
		}
		alias := ""
		for _, rec := range records {
			switch {
			case rec.Type == q.Type:
				a.Status = verify.NoError
				add(&a, rec)
			case rec.Type == "CNAME":
				alias = bare(rec.Data)
			}
		}
		if alias == "" {
			return a
		}
		name = alias
	}
	return verify.Answer{Status: verify.Malformed}
}

// owned gives the records of a name, or those of the wildcard that stands for
// it (RFC 4592 section 3.3.1).
func owned(index map[string][]fakedns.Record, name string) []fakedns.Record {
	if r := index[name]; r != nil {
		return r
	}
	for {
		_, parent, ok := strings.Cut(name, ".")
		if !ok {
			return nil
		}
		if r := index["*."+parent]; r != nil || index[parent] != nil {
			return r
		}
		name = parent
	}
}

// add puts the data of a record into an answer.
func add(a *verify.Answer, rec fakedns.Record) {
	switch rec.Type {
	case "MX":
		preference, host, _ := strings.Cut(rec.Data, " ")
		n, _ := strconv.ParseUint(preference, 10, 16) // the zone parser has checked it
		a.MX = append(a.MX, verify.MX{Preference: uint16(n), Host: bare(host)})
	case "A", "AAAA":
		if addr, err := netip.ParseAddr(rec.Data); err == nil {
			a.Addrs = append(a.Addrs, addr.Unmap())
		}
	}
}

// bare gives a name of a record's data in the form of verify.Question.
func bare(name string) string {
	if name = strings.ToLower(name); name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}
