package netns

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The two ends of the cable.
const (
	nearEnd = "mail0"
	farEnd  = "world0"
)

// A network is the cable, and the namespace at its far end.
type network struct {
	calls chan func()
	space *os.File // the far namespace
}

// newNetwork makes the far namespace. There is no cable yet.
func newNetwork() (*network, error) {
	n := &network{calls: make(chan func())}
	made := make(chan error)
	go func() {
		// The thread stays there, and ends with this process.
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			made <- fmt.Errorf("make a network namespace: %w", err)
			return
		}
		var err error
		n.space, err = os.Open("/proc/thread-self/ns/net")
		made <- err
		for call := range n.calls {
			call()
		}
	}()
	if err := <-made; err != nil {
		return nil, err
	}
	return n, nil
}

// lay lays the cable, and brings both ends up.
func (n *network) lay(p plan) error {
	// The sockets of a handle are of the namespace in which it was made.
	near, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("open a netlink socket: %w", err)
	}
	defer near.Close()
	cable := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: nearEnd}, PeerName: farEnd, PeerNamespace: netlink.NsFd(n.space.Fd())}
	if err := near.LinkAdd(cable); err != nil {
		return fmt.Errorf("lay a cable between two network namespaces: %w", err)
	}
	n.far(func() { err = p.farSide() })
	if err != nil {
		return fmt.Errorf("bring up the world's end of the network: %w", err)
	}
	if err := p.nearSide(near); err != nil {
		return fmt.Errorf("bring up the sender's end of the network: %w", err)
	}
	return nil
}

// take takes the cable away, and with it all addresses and routes.
func (n *network) take() error {
	near, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("open a netlink socket: %w", err)
	}
	defer near.Close()
	link, err := near.LinkByName(nearEnd)
	if err == nil {
		err = near.LinkDel(link)
	}
	if err != nil {
		return fmt.Errorf("take the cable away: %w", err)
	}
	return nil
}

// far calls a function in the far namespace. A socket that it makes stays there,
// whoever uses it.
func (n *network) far(call func()) {
	done := make(chan struct{})
	n.calls <- func() {
		defer close(done)
		call()
	}
	<-done
}

// farSide gives the world its addresses, and the ways back to the sender.
func (p plan) farSide() error {
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer h.Close()
	return bringUp(h, farEnd, p.answering(), func(netip.Addr) netip.Addr { return netip.Addr{} }, p.sender)
}

// nearSide gives the sender its addresses, and a way to each of the world's; there
// is no other.
func (p plan) nearSide(h *netlink.Handle) error {
	var to []netip.Addr
	for _, a := range p.answering() {
		if _, ok := p.source(a); ok {
			to = append(to, a)
		}
	}
	return bringUp(h, nearEnd, p.sender, func(to netip.Addr) netip.Addr { a, _ := p.source(to); return a }, to)
}

// loopback is the index of lo in every namespace.
const loopback = 1

// bringUp gives an end of the cable its addresses and routes.
func bringUp(h *netlink.Handle, name string, own []netip.Addr, source func(netip.Addr) netip.Addr, to []netip.Addr) error {
	link, err := h.LinkByName(name)
	if err != nil {
		return err
	}
	for _, up := range []netlink.Link{&netlink.Device{LinkAttrs: netlink.LinkAttrs{Index: loopback}}, link} {
		if err := h.LinkSetUp(up); err != nil {
			return fmt.Errorf("bring up %s: %w", cmp.Or(up.Attrs().Name, "lo"), err)
		}
	}
	for _, a := range own {
		// Whether somebody else has the address need not be asked (RFC 4862
		// section 5.4), which would take a second.
		if err := h.AddrAdd(link, &netlink.Addr{IPNet: single(a), Flags: unix.IFA_F_NODAD}); err != nil {
			return fmt.Errorf("give %s the address %v: %w", name, a, explained(a, err))
		}
	}
	for _, a := range to {
		route := &netlink.Route{LinkIndex: link.Attrs().Index, Dst: single(a), Scope: netlink.SCOPE_LINK}
		if a.Is6() {
			route.Scope = netlink.SCOPE_UNIVERSE
		}
		if from := source(a); from.IsValid() {
			route.Src = from.AsSlice()
		}
		if err := h.RouteAdd(route); err != nil {
			return fmt.Errorf("lay a route to %v: %w", a, explained(a, err))
		}
	}
	return nil
}

func explained(a netip.Addr, err error) error {
	if a.Is6() {
		return fmt.Errorf("%w; has this kernel IPv6, and is it not disabled by net.ipv6.conf.all.disable_ipv6?", err)
	}
	return err
}

func single(a netip.Addr) *net.IPNet {
	return &net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(a.BitLen(), a.BitLen())}
}

// listen opens a TCP port of the world. What stands at a loopback address the
// sender finds at home.
func (n *network) listen(at netip.AddrPort) (l net.Listener, err error) {
	open := func() { l, err = net.Listen("tcp", at.String()) }
	if at.Addr().IsLoopback() {
		open()
		return l, err
	}
	n.far(open)
	return l, err
}

// listenPacket opens a UDP port of the world.
func (n *network) listenPacket(at netip.AddrPort) (c net.PacketConn, err error) {
	n.far(func() { c, err = net.ListenPacket("udp", at.String()) })
	return c, err
}
