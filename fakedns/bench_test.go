package fakedns

import (
	"net"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

// BenchmarkAnswerA compares a server of this package with the least that can be
// written with the same DNS library: one canned record, no zone, no log.
func BenchmarkAnswerA(b *testing.B) {
	b.Run("fakedns", func(b *testing.B) {
		srv, err := NewServer("mx.example.com. 300 IN A 192.0.2.1\n")
		require.NoError(b, err)
		b.Cleanup(srv.Close)
		flood(b, srv.ListenAddr())
	})
	b.Run("floor", func(b *testing.B) {
		rr, err := dns.NewRR("mx.example.com. 300 IN A 192.0.2.1")
		require.NoError(b, err)
		pc, err := net.ListenPacket("udp", "127.0.0.1:0")
		require.NoError(b, err)
		up := make(chan struct{})
		srv := &dns.Server{PacketConn: pc, NotifyStartedFunc: func() { close(up) }}
		srv.Handler = dns.HandlerFunc(func(w dns.ResponseWriter, req *dns.Msg) {
			m := new(dns.Msg).SetReply(req)
			m.Answer = []dns.RR{rr}
			_ = w.WriteMsg(m)
		})
		done := make(chan error, 1)
		go func() { done <- srv.ActivateAndServe() }()
		<-up
		b.Cleanup(func() {
			require.NoError(b, srv.Shutdown())
			require.NoError(b, <-done)
		})
		flood(b, pc.LocalAddr().String())
	})
}

// flood asks for one A record over and over, each client over its own socket.
func flood(b *testing.B, addr string) {
	wire, err := new(dns.Msg).SetQuestion("mx.example.com.", dns.TypeA).Pack()
	require.NoError(b, err)
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("udp", addr)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		answer := make([]byte, 512)
		for pb.Next() {
			if _, err := c.Write(wire); err != nil {
				b.Error(err)
				return
			}
			if n, err := c.Read(answer); err != nil || n < len(wire)+16 || answer[7] != 1 {
				b.Error("no answer", n, err)
				return
			}
		}
	})
}

func BenchmarkParseZone(b *testing.B) {
	const text = "mx.example.com. 300 IN A 192.0.2.1\nexample.com. 300 IN MX 10 mx.example.com.\n"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ParseZone(text, "example.com"); err != nil {
			b.Fatal(err)
		}
	}
}
