package fakemx_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/smtp"

	"mxlab/fakemx"
)

// selfSigned makes a certificate without a name. A real test has a better one.
func selfSigned() tls.Certificate {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, _ := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// An honest host takes a message inside TLS.
func Example() {
	mx := fakemx.NewServer(&tls.Config{Certificates: []tls.Certificate{selfSigned()}})
	defer mx.Close()

	c, _ := smtp.Dial(mx.Addr())
	c.StartTLS(&tls.Config{InsecureSkipVerify: true})
	c.Mail("a@sender.example")
	c.Rcpt("b@example.com")
	w, _ := c.Data()
	fmt.Fprint(w, "Subject: one\r\n")
	w.Close()
	c.Quit()

	for _, m := range mx.Messages() {
		fmt.Printf("from %s to %v, %v: %q\n", m.From, m.To, tls.VersionName(m.TLS.Version), m.Data)
	}
	// Output:
	// from a@sender.example to [b@example.com], TLS 1.3: "Subject: one\r\n"
}

// A firewall between sender and host overwrites STARTTLS.
func ExampleServer_Sessions() {
	mx := fakemx.NewServer(nil, fakemx.STARTTLSOverwritten)
	defer mx.Close()

	c, _ := smtp.Dial(mx.Addr())
	c.Hello("client.example")
	c.Quit()

	for _, line := range mx.Sessions()[0].Transcript {
		arrow := map[bool]string{true: "->", false: "<-"}[line.Client]
		fmt.Println(arrow, line.Text)
	}
	// Output:
	// <- 220 mx.example ESMTP Service Ready
	// -> EHLO client.example
	// <- 250-mx.example greets client.example
	// <- 250-PIPELINING
	// <- 250-8BITMIME
	// <- 250-ENHANCEDSTATUSCODES
	// <- 250-XXXXXXXA
	// <- 250 SIZE 1048576
	// -> QUIT
	// <- 221 2.0.0 Bye
}

func ExampleParseLine() {
	host, _ := fakemx.ParseLine("hosted, starttls=454, rcpt=550")
	fmt.Println(host.Cert, host.Faults)

	_, err := fakemx.ParseLine("hosted, startls=454")
	fmt.Println(err)

	var syntax *fakemx.SyntaxError
	_, err = fakemx.ParseLine("hosted, no-starttls, tls=1.2")
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Msg)
	}
	// Output:
	// hosted [starttls=454 rcpt=550]
	// offset 8: unknown word "startls=454": did you mean starttls=454?
	// tls=1.2 never happens after no-starttls: keep one of them
}
