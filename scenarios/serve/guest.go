package serve

import (
	"net"
	"sync"
)

// A guest is a client's connection: the tenant knows when it has left.
type guest struct {
	*net.TCPConn
	of   *tenant
	once sync.Once
}

func (g *guest) Close() error {
	defer g.leave()
	return g.TCPConn.Close()
}

func (g *guest) leave() { g.once.Do(g.of.left) }
