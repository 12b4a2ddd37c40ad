package probe_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/verify"
	"mxlab/verify/probe"
)

func ExampleClient_Lookup() {
	srv, err := fakedns.NewServer("example.com. 300 IN MX 10 mx.example.com.")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	c := probe.Client{Resolver: srv.ListenAddr(), Now: time.Now}
	answer := c.Lookup(context.Background(), verify.Question{Name: "example.com", Type: "MX"})
	fmt.Println(answer.Status, answer.MX)
	answer = c.Lookup(context.Background(), verify.Question{Name: "mx.example.com", Type: "A"})
	fmt.Println(answer.Status)
	// Output:
	// NOERROR [{10 mx.example.com}]
	// NXDOMAIN
}

// A world is a Dial that leads the addresses of the story to servers elsewhere.
func ExampleClient_Session() {
	srv := fakemx.NewServer(nil, fakemx.RejectRcpt(550))
	defer srv.Close()

	c := probe.Client{
		Now:  time.Now,
		Name: "sender.example",
		From: "probe@sender.example",
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, srv.Addr())
		},
	}
	key := verify.SessionKey{Addr: netip.MustParseAddrPort("192.0.2.1:25"), Hello: verify.Hello{TLS: true}}
	s := c.Session(context.Background(), key, "example.com")
	fmt.Println("offered:", s.Offered)
	fmt.Println("stopped:", s.Stop.Stage, s.Stop.Cause, s.Stop.Reply.Code)
	// Output:
	// offered: false
	// stopped: RCPT reply 550
}

// The same conversation step by step, for a sender that decides as it unfolds.
func ExampleDialogue() {
	srv := fakemx.NewServer(nil)
	defer srv.Close()
	ctx := context.Background()

	c := probe.Client{Now: time.Now}
	d, stop := c.Connect(ctx, netip.MustParseAddrPort(srv.Addr()))
	defer d.Close()
	if stop == nil {
		stop = d.Hello("sender.example")
	}
	if stop == nil && !d.Offers("STARTTLS") {
		fmt.Println("no STARTTLS: nothing is sent")
		stop = d.Quit()
	}
	fmt.Println("greeting", d.Greeting().Code, "stop", stop)
	// Output:
	// no STARTTLS: nothing is sent
	// greeting 220 stop <nil>
}
