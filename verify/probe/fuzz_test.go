package probe

import (
	"bytes"
	"net/http"
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

// What a web host answers is taken within limits, whatever it is.
func FuzzHTTP(f *testing.F) {
	f.Add([]byte(fine))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\n" + fine))
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n0\r\nX: y\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 200 OK\r\n\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		req, err := http.NewRequest(http.MethodGet, "http://web.example/", nil)
		assert.NoError(t, err)
		code, body, onward, err := readResponse(bytes.NewReader(answer), req)
		if err != nil {
			var fault fetchFault
			assert.ErrorAs(t, err, &fault, "no fault of the host")
			assert.NotEqual(t, verify.FetchSilent, verify.FetchFault(fault), "the octets ended")
			return
		}
		assert.LessOrEqual(t, len(body), len(answer))
		assert.True(t, code >= 0 && code < 1000, "%d", code)
		assert.True(t, onward == "" || code/100 == 3)
	})
}
