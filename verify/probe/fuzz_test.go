package probe

import (
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// What a resolver answers is taken within limits, whatever it is.
func FuzzAnswer(f *testing.F) {
	query := new(dns.Msg).SetQuestion("a.example.", dns.TypeMX)
	query.Id = 7
	seed := func(lines ...string) {
		m := new(dns.Msg).SetReply(query)
		for _, l := range lines {
			rr, err := dns.NewRR(l)
			if err != nil {
				f.Fatal(err)
			}
			m.Answer = append(m.Answer, rr)
		}
		wire, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
	}
	seed()
	seed("a.example. 300 IN MX 10 mx.example.", "a.example. 300 IN MX 0 .")
	seed("a.example. 300 IN CNAME b.example.", "b.example. 300 IN MX 10 mx.example.")
	seed("a.example. 300 IN CNAME b.example.", "b.example. 300 IN CNAME a.example.")
	f.Add([]byte{0, 7, 0x82, 0})
	f.Fuzz(func(t *testing.T, wire []byte) {
		m, stray, err := unpack(wire, query)
		assert.True(t, m != nil || stray != "" || err != nil, "neither message nor reason")
		if m == nil {
			return
		}
		assert.Empty(t, stray)
		assert.NoError(t, err, "a message and an error")
		var a verify.Answer
		next, status := follow(&a, m, "a.example.", "a.example.", dns.TypeMX)
		assert.LessOrEqual(t, len(a.MX), MaxRecords)
		assert.LessOrEqual(t, len(a.CNAMEs), MaxCNAMEs)
		assert.Empty(t, a.Addrs)
		assert.Empty(t, a.Names)
		assert.Equal(t, status == verify.NoError, len(a.MX) > 0, "%q with %v", status, a.MX)
		if status == "" {
			assert.NotEqual(t, "a.example.", next, "asked on for the same name")
		}
	})
}
