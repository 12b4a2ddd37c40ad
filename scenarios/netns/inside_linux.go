package netns

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// An Inside is this process as process 1 of its namespaces.
type Inside struct {
	errand  errand
	signals <-chan syscall.Signal
}

// Enter waits until the ids of this process are there, and what is known outside
// is told. From then on this process ends with the one outside.
func Enter() (*Inside, error) {
	unix.CloseOnExec(leash)
	if os.Getpid() != 1 {
		return nil, errors.New("this is not process 1 of a world; start one with mxlab exec")
	}
	// The terminal's keys are for the command.
	signal.Notify(make(chan os.Signal, 1), handedOn()...)
	e, signals, err := follow(os.NewFile(leash, "leash"))
	if err != nil {
		return nil, err
	}
	return &Inside{e, signals}, nil
}

// A Life is what happens inside: one command in the world of a scenario.
type Life struct {
	Scenario *scenarios.Scenario
	Command  []string         // and its arguments
	Program  string           // what is executed under the name of Command; found as a shell finds it, if empty
	Now      func() time.Time // tells the time
	Witness  Witness          // is told what happens; may be nil
	Begun    func(Machine)    // is called when all is ready for the command; may be nil
	Keep     []string         // directories with what the command needs, which are seen also where all else is hidden

	HostDelay, DNSDelay func(time.Duration) time.Duration // as in world.Ground; may be nil
}

// A Witness is told what happens, from many goroutines: what a world.Ground has
// to tell, and each line that programs write to the system's log.
type Witness interface {
	Asked(fakedns.Query)
	Noted(host netip.Addr, session int, record fakemx.Session)
	Took(host netip.Addr, m fakemx.Message)
	Fetched(world.Fetch)
	Logged(line string)
}

// A Machine is the one that the command runs on: its name, its addresses, and its
// resolver's.
type Machine struct {
	Name  string
	Addrs []netip.Addr
	DNS   netip.Addr
}

// Live makes the world, and runs the command in it to its end. It gives the
// command's exit status, or the one that shells have for a command that could
// not be started, beside the error.
func (in *Inside) Live(l Life) (int, error) {
	p, err := newPlan(l.Scenario)
	if err != nil {
		return 0, err
	}
	var t *tree
	var planting error
	planted := make(chan struct{})
	go func() {
		defer close(planted)
		t, planting = in.plant(p, l)
	}()
	var w *world.World
	n, err := newNetwork()
	if err == nil {
		w, err = n.world(p, l)
	}
	if <-planted; planting != nil || err != nil {
		return 0, refused(errors.Join(planting, err))
	}
	defer w.Close()
	if err := t.install(w); err != nil {
		return 0, fmt.Errorf("install the authorities of the world: %w", err)
	}
	if err := unix.Sethostname([]byte(p.name)); err != nil {
		return 0, fmt.Errorf("set the host name: %w", err)
	}
	log, err := listenToLog("/dev/log", l.Witness)
	if err != nil {
		return 0, err
	}
	if l.Begun != nil {
		l.Begun(Machine{p.name, p.sender, p.dns})
	}
	status, err := command(l.Program, l.Command, environment(os.Environ(), p, l.Scenario.Name), in.signals)
	log.Close()
	w.Close()
	return status, errors.Join(err, w.Err())
}

// plant makes the file system, beside the network.
func (in *Inside) plant(p plan, l Life) (*tree, error) {
	t, err := plant(in.errand, l)
	if err != nil {
		return nil, err
	}
	if err := p.nameFiles(); err != nil {
		return nil, fmt.Errorf("write the names of the world: %w", err)
	}
	return t, nil
}

// world lays the cable, and starts the servers at its far end.
func (n *network) world(p plan, l Life) (w *world.World, err error) {
	if err := n.lay(p); err != nil {
		return nil, err
	}
	g := world.Ground{Now: l.Now, Listen: n.listen, Silent: n.silent, HostDelay: l.HostDelay, DNSDelay: l.DNSDelay}
	if l.Witness != nil {
		g.Asked, g.Noted, g.Took, g.Fetched = l.Witness.Asked, l.Witness.Noted, l.Witness.Took, l.Witness.Fetched
	}
	at := netip.AddrPortFrom(p.dns, 53)
	if g.DNSListener, err = n.listen(at); err != nil {
		return nil, fmt.Errorf("open the port of the DNS: %w", err)
	}
	if g.DNSPacketConn, err = n.listenPacket(at); err != nil {
		return nil, fmt.Errorf("open the port of the DNS: %w", err)
	}
	if w, err = world.New(l.Scenario, time.Time{}, world.Served(g)); err == nil {
		w.Roots() // they take a while, and can be made while files are copied
	}
	return w, err
}
