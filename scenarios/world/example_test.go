package world_test

import (
	"context"
	"fmt"
	"net/textproto"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// An incident is made real, judged under every mode, and a message is sent
// under each. In a test, world.Start(t, s) takes the place of New and Close.
func Example() {
	s, err := scenarios.Parse("incident.yaml", "incident", []byte(`
title: The certificate is that of the web server
domain: example.com

zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1

certs:
  web: SAN=www.example.com

hosts:
  192.0.2.1: web
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := world.New(s, time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	r, err := w.Run(context.Background(), world.Policies(s, scenarios.Modes()[:6]))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range r.Modes {
		fmt.Printf("%s: %s\n", m.Policy.Mode(), m.Made.Words())
	}
	// Output:
	// esa/no: cleartext via mx1.example.com
	// esa/preferred: encrypted via mx1.example.com
	// esa/required: encrypted via mx1.example.com
	// esa/preferred-verify: encrypted certificate-host-mismatch via mx1.example.com
	// esa/required-verify: deferred certificate-host-mismatch via mx1.example.com
	// esa/required-verify-hosted-domains: deferred certificate-host-mismatch via mx1.example.com
}

// Software of one's own sends into a world through a Sender: it dials the
// scenario's addresses, asks the world's resolver, trusts the world's roots and
// tells the time by the sender's clock. What arrived is then read from the world.
func ExampleWorld_Sender() {
	all, err := scenarios.Find("starttls/refused-454")
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := world.New(all[0], time.Time{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	sender := w.Sender()
	conn, err := sender.DialContext(context.Background(), "tcp", "192.0.2.1:25")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	dialogue := textproto.NewConn(conn)
	greeting, _, _ := dialogue.ReadResponse(0)
	fmt.Println("greeting", greeting)
	for _, command := range []string{"EHLO mail.sender.example", "STARTTLS"} {
		if err := dialogue.PrintfLine("%s", command); err != nil {
			fmt.Println(err)
			return
		}
		code, _, _ := dialogue.ReadResponse(0)
		fmt.Println(command, code)
	}
	fmt.Println(len(w.Messages()), "messages")
	// Output:
	// greeting 220
	// EHLO mail.sender.example 250
	// STARTTLS 454
	// 0 messages
}
