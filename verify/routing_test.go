package verify

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestRouting: which hosts are tried, in which order, and on which rules it rests
// that it is they.
func TestRouting(t *testing.T) {
	t.Parallel()
	hop := func(host, addr string) Hop { return Hop{Host: host, Addr: netip.MustParseAddrPort(addr)} }
	six := &Rule{ID: "six", Certainty: Recalled}
	once := &Rule{ID: "once", Certainty: Documented}
	few := &Rule{ID: "few", Certainty: Inferred}
	dual := []Hop{hop("a", "192.0.2.1:25"), hop("a", "[2001:db8::1]:25"), hop("b", "192.0.2.1:25"), {Host: "c", Fault: HopNoAddress}}
	sent := Verdict{Host: "sent", Outcome: Encrypted, Spoken: true, Asked: true, Certainty: Documented}
	left := Verdict{Host: "left", Outcome: Deferred, Reason: CertificateExpired, TryNext: true, Spoken: true, Asked: true, Certainty: Documented}
	lost := Verdict{Host: "lost", Outcome: Deferred, Reason: Unreachable, TryNext: true, Certainty: Documented}
	gone := Verdict{Host: "gone", Outcome: Bounced, Reason: DNSNXDomain, TryNext: true, Certainty: Documented}
	for _, row := range []struct {
		name     string
		routing  Routing
		verdicts []Verdict
		order    []int
		want     string
		tried    int
		rests    []*Rule
	}{
		{"all, as they come", Routing{}, []Verdict{left, lost, left, sent}, nil, "encrypted via sent", 4, nil},
		{"IPv6 first, where that decides", Routing{SixFirst: six}, []Verdict{sent, sent, left, gone}, []int{1, 0, 2, 3}, "encrypted via sent", 1, []*Rule{six}},
		{"and where it does not", Routing{SixFirst: six}, []Verdict{left, lost, sent, gone}, []int{1, 0, 2, 3}, "encrypted via sent", 3, nil},
		{"an address once", Routing{Once: once}, []Verdict{left, lost, sent, gone}, []int{0, 1, 3}, "deferred unreachable via lost", 3, []*Rule{once}},
		{"three addresses are enough", Routing{Addresses: Limit{3, few}}, []Verdict{left, lost, left, sent}, []int{0, 1, 2, 3}, "deferred certificate-expired via left", 3, []*Rule{few}},
		{"two hosts that were asked are enough", Routing{Sessions: Limit{2, few}}, []Verdict{left, lost, left, sent}, []int{0, 1, 2, 3}, "deferred certificate-expired via left", 3, []*Rule{few}},
		{"a host that cannot be reached was not asked", Routing{Sessions: Limit{2, few}}, []Verdict{lost, lost, left, sent}, []int{0, 1, 2, 3}, "encrypted via sent", 4, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			order, d := row.routing.settle(dual, row.verdicts)
			assert.Equal(t, row.order, order)
			assert.Equal(t, row.want, d.Words())
			assert.Equal(t, row.tried, d.Tried)
			assert.Equal(t, row.rests, d.Routing)
			for _, r := range row.rests {
				assert.LessOrEqual(t, d.Certainty, r.Certainty)
			}
		})
	}
}

// TestHostByHost: a product may try one address of a host that takes the
// connection, and let the last host's refusal decide.
func TestHostByHost(t *testing.T) {
	t.Parallel()
	perHost, last := &Rule{ID: "per-host"}, &Rule{ID: "last"}
	hops := []Hop{{Host: "a", Addr: netip.MustParseAddrPort("192.0.2.1:25")}, {Host: "a", Addr: netip.MustParseAddrPort("192.0.2.2:25")}, {Host: "b", Addr: netip.MustParseAddrPort("192.0.2.3:25")}}
	spoken := Verdict{Host: "a", Outcome: Deferred, Reason: GreetingRefused, TryNext: true, Spoken: true, Asked: true}
	taken := Verdict{Host: "a", Outcome: Encrypted}
	closed := Verdict{Host: "b", Outcome: Bounced, Reason: GreetingRefused, TryNext: true, Spoken: true, Asked: true}
	gone := Verdict{Host: "b", Outcome: Bounced, Reason: DNSNXDomain, TryNext: true}
	for _, row := range []struct {
		name     string
		r        Routing
		verdicts []Verdict
		want     string
		order    []int
		rests    []*Rule
	}{
		{"address by address", Routing{Last: last}, []Verdict{spoken, taken, closed}, "encrypted via a", []int{0, 1}, nil},
		{"host by host", Routing{PerHost: perHost}, []Verdict{spoken, taken, closed}, "deferred greeting-refused via a", []int{0, 2}, []*Rule{perHost}},
		{"the last decides", Routing{PerHost: perHost, Last: last}, []Verdict{spoken, taken, closed}, "bounced greeting-refused via b", []int{0, 2}, []*Rule{perHost, last}},
		{"one without an address does not", Routing{PerHost: perHost, Last: last}, []Verdict{spoken, taken, gone}, "deferred greeting-refused via a", []int{0, 2}, []*Rule{perHost}},
	} {
		order, d := row.r.settle(hops, row.verdicts)
		assert.Equal(t, row.want, d.Words(), row.name)
		assert.Equal(t, row.order, order[:d.Tried], row.name)
		assert.Equal(t, row.rests, d.Routing, row.name)
	}
}
