package probe

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

// A resolver is a DNS server whose answers are functions of the query.
type resolver struct {
	mu    sync.Mutex
	asked []string // "udp example.com. MX"
	edns  []bool   // for each, whether it had an OPT record
}

// queries gives what was asked so far, and whether each query had EDNS0.
func (r *resolver) queries() (asked []string, edns []bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked), slices.Clone(r.edns)
}

// A reply changes the answer that is going to be sent; it may send others
// before.
type reply func(w dns.ResponseWriter, m *dns.Msg)

// resolving gives a client whose resolver answers "NAME TYPE" by a reply, and
// everything else with NXDOMAIN. A reply that is nil says nothing, and lets the
// client's deadline pass.
func resolving(t *testing.T, replies map[string]reply) (*Client, *resolver) {
	r := &resolver{}
	var silence sync.Map // of a client's address: chan struct{}
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		question := q.Question[0].Name + " " + dns.TypeToString[q.Question[0].Qtype]
		network := w.LocalAddr().Network()
		r.mu.Lock()
		r.asked = append(r.asked, network+" "+question)
		r.edns = append(r.edns, q.IsEdns0() != nil)
		r.mu.Unlock()
		m := new(dns.Msg).SetReply(q)
		m.Rcode = dns.RcodeNameError
		answer, ok := replies[network+" "+question]
		if !ok {
			answer, ok = replies[question]
		}
		if ok {
			m.Rcode = dns.RcodeSuccess
			if answer == nil {
				if silent, ok := silence.Load(w.RemoteAddr().String()); ok {
					silent.(*hushed).hush()
				}
				return
			}
			answer(w, m)
		}
		w.WriteMsg(m)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	for _, srv := range []*dns.Server{{Listener: l, Handler: handler}, {PacketConn: pc, Handler: handler}} {
		started := make(chan struct{})
		srv.NotifyStartedFunc = func() { close(started) }
		done := make(chan struct{})
		go func() {
			defer close(done)
			srv.ActivateAndServe()
		}()
		<-started
		t.Cleanup(func() {
			srv.Shutdown()
			<-done
		})
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		at := map[string]string{"udp": pc.LocalAddr().String(), "tcp": l.Addr().String()}[network]
		conn, err := (&net.Dialer{}).DialContext(ctx, network, at)
		if err != nil {
			return nil, err
		}
		h := &hushed{Conn: conn}
		silence.Store(conn.LocalAddr().String(), h)
		return h, nil
	}
	return &Client{Dial: dial, Resolver: "192.0.2.53:53", Now: time.Now, Name: "sender.example"}, r
}

// answers answers with records in the form of a master file.
func answers(t *testing.T, lines ...string) reply {
	var rrs []dns.RR
	for _, l := range lines {
		rr, err := dns.NewRR(l)
		require.NoError(t, err)
		rrs = append(rrs, rr)
	}
	return func(_ dns.ResponseWriter, m *dns.Msg) { m.Answer = rrs }
}

// fails answers with an RCODE alone.
func fails(rcode int) reply {
	return func(_ dns.ResponseWriter, m *dns.Msg) { m.Rcode = rcode }
}

// both makes two changes to one answer.
func both(a, b reply) reply {
	return func(w dns.ResponseWriter, m *dns.Msg) { a(w, m); b(w, m) }
}
