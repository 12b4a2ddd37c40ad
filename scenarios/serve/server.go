package serve

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// A Server is a world that is served. It must be closed.
type Server struct {
	world *world.World
	table Table
}

// Start serves the world of a scenario, in which the phase of the scenario is
// now. The error is our own: a socket that cannot be had, a scenario that cannot
// be made real.
func Start(s *scenarios.Scenario, now func() time.Time) (*Server, error) {
	tcp, udp, err := dnsSockets()
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", s.Name, err)
	}
	sv := &Server{table: newTable(s)}
	sv.table.DNS = tcp.Addr().String()
	ground := world.Ground{Listen: sv.listen, DNSListener: tcp, DNSPacketConn: udp, Now: now}
	if sv.world, err = world.New(s, time.Time{}, world.Served(ground)); err != nil {
		tcp.Close()
		udp.Close()
		return nil, fmt.Errorf("serve %s: %w", s.Name, err)
	}
	return sv, nil
}

// listen opens a port of the scenario, and notes where it stands.
func (sv *Server) listen(at netip.AddrPort) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	sv.table.stands(at, l.Addr().String())
	return l, nil
}

// dnsSockets opens a port of loopback for TCP and UDP.
func dnsSockets() (net.Listener, net.PacketConn, error) {
	const tries = 32 // the port that TCP was given may be another's UDP port
	for try := 1; ; try++ {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, fmt.Errorf("listen on loopback: %w", err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return tcp, udp, nil
		}
		tcp.Close()
		if try == tries {
			return nil, nil, fmt.Errorf("listen on loopback: %w", err)
		}
	}
}

// Table tells where the world stands. Its Roots are for the caller to set.
func (sv *Server) Table() Table { return sv.table }

// Roots are the authorities that senders of the scenario trust.
func (sv *Server) Roots() []*x509.Certificate { return sv.world.Roots() }

// Err is what went wrong on our own side while the world was served, if anything
// did.
func (sv *Server) Err() error { return sv.world.Err() }

// Close ends every server and waits for it.
func (sv *Server) Close() { sv.world.Close() }
