package pki_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"mxlab/pki"
)

// Two lines of a world: an authority under the public root, and a host under
// that authority.
func Example() {
	lab := pki.NewLab(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
	lines := map[string]string{
		"hosted": `CN=*.emailhosted.not SAN=*.emailhosted.not,emailhosted.not issuer=esp`,
		"esp":    `ca CN="ESP SHA256 SSL CA" issuer=public`,
	}
	for label, text := range lines {
		spec, err := pki.ParseLine(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := lab.Add(label, spec); err != nil {
			fmt.Println(err)
			return
		}
	}

	hosted, err := lab.Issue("hosted")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hosted.Leaf.Subject, hosted.Leaf.DNSNames)
	fmt.Println("issued by", hosted.Leaf.Issuer, "until", hosted.Leaf.NotAfter.Format(time.DateOnly))
	fmt.Println("the host sends", len(hosted.Sent), "certificates; the sender trusts", lab.Roots()[0].Subject)

	config := &tls.Config{Certificates: []tls.Certificate{hosted.TLS()}}
	fmt.Println(len(config.Certificates), "certificate for a server")
	// Output:
	// CN=*.emailhosted.not [*.emailhosted.not emailhosted.not]
	// issued by CN=ESP SHA256 SSL CA until 2027-04-04
	// the host sends 2 certificates; the sender trusts CN=mxlab Public Root
	// 1 certificate for a server
}

// A wrong word is named, with its place and the word that was meant.
func ExampleParseLine() {
	_, err := pki.ParseLine("CN=mx.example.com unitl=-1d")
	var syntax *pki.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Offset, syntax.Msg)
	}
	// Output: 18 unknown word "unitl="; write until=
}

// References are looked at once all lines are there.
func ExampleLab_Check() {
	lab := pki.NewLab(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
	spec, err := pki.ParseLine("CN=mx.example.com issuer=esp")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := lab.Add("host", spec); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lab.Check())
	// Output: certificate host: byte 25: no line has the label "esp"; write one of public private
}
