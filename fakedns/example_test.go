package fakedns_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"mxlab/fakedns"
)

// resolver asks the server only, by the standard library's own client.
func resolver(srv *fakedns.Server) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, srv.ListenAddr())
	}}
}

func ExampleNewServer() {
	srv, err := fakedns.NewServer(`
;; ANSWER SECTION:
example.com.               300 IN MX  10 mx01.subd.emailhosted.not.
mx01.subd.emailhosted.not. 300 IN A   192.0.2.1
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	mx, err := resolver(srv).LookupMX(context.Background(), "example.com.")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mx[0].Pref, mx[0].Host)
	for _, q := range srv.Queries() {
		fmt.Println(q.Net, q.Name, q.Type, q.Status)
	}
	// Output:
	// 10 mx01.subd.emailhosted.not.
	// udp example.com MX NOERROR
}

func ExampleParseZone() {
	z, err := fakedns.ParseZone("$TTL 300\nExample.com. MX 10 mx.example.com.\nmx.example.com. A 192.0.2.1\n", "example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range z.Records() {
		fmt.Println(r.Offset, r.Owner, r.TTL, r.Type, r.Data)
	}
	z.ServeReverse(netip.MustParseAddr("2001:db8::1"))
	fmt.Println(z.Apexes())
	// Output:
	// 9 example.com 300 MX 10 mx.example.com.
	// 44 mx.example.com 300 A 192.0.2.1
	// [0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa 2.0.192.in-addr.arpa example.com]
}

func ExampleSyntaxError() {
	text := "example.com. 300 IN MXX 10 mx.example.com."
	_, err := fakedns.ParseZone(text, "")
	var se *fakedns.SyntaxError
	if errors.As(err, &se) {
		fmt.Printf("at %q: %s\n", text[se.Offset:], se.Msg)
	}
	// Output:
	// at "MXX 10 mx.example.com.": unknown record type "MXX": write MX
}

func ExampleServer_SetFaults() {
	srv, err := fakedns.NewServer("mx.example.com. IN A 192.0.2.1")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	fault, err := fakedns.ParseFault("servfail mx.example.com. A")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.SetFaults([]fakedns.Fault{fault})

	_, err = resolver(srv).LookupNetIP(context.Background(), "ip4", "mx.example.com.")
	var de *net.DNSError
	fmt.Println(errors.As(err, &de) && de.IsTemporary)
	fmt.Println(srv.Queries()[0].Status)
	// Output:
	// true
	// SERVFAIL
}
