package fakedns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A Record is one resource record of a zone text.
type Record struct {
	Owner  string // lower case, without the trailing dot; the root is "."
	Type   string // "MX", "A", or "TYPE65280" where it has no name
	Data   string // presentation form, RFC 1035 section 5: "10 mx.example.com."
	TTL    uint32 // in seconds, as written or inherited
	Offset int    // of the record's first word in the text, in octets
}

// A Zone is a parsed master file, which may hold the data of several zones.
// It is made by [ParseZone].
type Zone struct {
	records []record
	apexes  map[string]bool // canonical names; true where the text has the SOA
}

type record struct {
	Record
	name string // the owner's canonical form
	rr   dns.RR // its header's name is the canonical form too
}

// Records returns the records in the order of the text. A record that is
// written twice appears once, where it was first.
func (z *Zone) Records() []Record {
	out := make([]Record, len(z.records))
	for i, r := range z.records {
		out[i] = r.Record
	}
	return out
}

// Without returns a copy without the RRset of that owner and type, or, if typ
// is empty, without any record of that owner. The owner may have a trailing
// dot. The zones stay served: a name that lost its last record is denied with
// NXDOMAIN. What is not there is no error; compare the numbers of Records.
func (z *Zone) Without(owner, typ string) *Zone {
	name, err := canonical(owner)
	gone := func(r record) bool {
		return err == nil && r.name == name && (typ == "" || strings.EqualFold(r.Type, typ))
	}
	return &Zone{slices.DeleteFunc(slices.Clone(z.records), gone), z.keptApexes()}
}

// WithoutRecord returns a copy without the i-th record of Records, an
// unchanged copy if there is none. The zones stay served, as with Without.
func (z *Zone) WithoutRecord(i int) *Zone {
	records := slices.Clone(z.records)
	if i >= 0 && i < len(records) {
		records = slices.Delete(records, i, i+1)
	}
	return &Zone{records, z.keptApexes()}
}
