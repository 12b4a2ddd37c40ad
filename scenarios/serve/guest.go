package serve

import (
	"net"
	"net/netip"
	"sync"
)

// A guest is a client's connection: the tenant knows when it has left, and what
// ClientHello it sent.
type guest struct {
	*net.TCPConn
	of   *tenant
	at   netip.AddrPort // the port of the scenario
	ear  ear            // of the goroutine that reads
	once sync.Once
}

func (g *guest) Read(p []byte) (int, error) {
	n, err := g.TCPConn.Read(p)
	if j := g.of.journal; j != nil {
		if hello := g.ear.hear(p[:n]); hello != nil {
			j.greeted(g.at.Addr(), g.RemoteAddr().String(), hello)
		}
	}
	return n, err
}

func (g *guest) Close() error {
	defer g.leave()
	return g.TCPConn.Close()
}

func (g *guest) leave() { g.once.Do(g.of.left) }
