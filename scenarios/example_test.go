package scenarios_test

import (
	"fmt"
	"strings"

	"mxlab/scenarios"
	"mxlab/verify"
)

const incident = `# The certificate names the domain's web site, not its MX host.
title: The certificate is that of another host
domain: example.com

zone: |
  example.com.       300 IN MX 10 mx01.example.com.
  mx01.example.com.  300 IN A  192.0.2.1

certs:
  web: CN=www.example.com SAN=www.example.com

hosts:
  192.0.2.1: web

expect:
  esa/5: deferred certificate-host-mismatch  # Cisco 213197
`

// A file is read; each claim is then held against what became of the message.
func ExampleParse() {
	s, err := scenarios.Parse("incident.yaml", "incident", []byte(incident))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Title)
	for _, c := range s.Expect {
		fmt.Printf("%s:%d: %s: %s\n", c.File, c.Line, c.Mode, strings.Join(c.Words, " "))
		fmt.Println(c.Holds(verify.Delivery{Outcome: verify.Deferred, Reason: verify.CertificateHostMismatch, Via: "mx01.example.com"}))
		fmt.Println(c.Holds(verify.Delivery{Outcome: verify.Verified, Match: "mx mx01.example.com", Via: "mx01.example.com"}))
	}
	// Output:
	// The certificate is that of another host
	// incident.yaml:16: esa/required-verify: deferred certificate-host-mismatch
	// true
	// false
}

// All mistakes of a file come at once.
func ExampleErrors() {
	mistaken := strings.NewReplacer("hosts:", "host:", "certificate-host-mismatch", "certificate-mismatch").Replace(incident)
	_, err := scenarios.Parse("incident.yaml", "incident", []byte(mistaken))
	fmt.Println(err)
	// Output:
	// incident.yaml:12:1: unknown key "host"; did you mean "hosts"?
	//     host:
	//     ^
	// incident.yaml:16:19: unknown reason "certificate-mismatch"; write one of dns-nxdomain, dns-failure, null-mx, unreachable, greeting-refused, smtp-refused, starttls-not-supported, certificate-host-mismatch, certificate-expired, certificate-not-trusted, validation-failure
	//       esa/5: deferred certificate-mismatch  # Cisco 213197
	//                       ^
}

func ExampleMatchModes() {
	modes, err := scenarios.MatchModes("esa/required*")
	if err != nil {
		fmt.Println(err)
	}
	for _, m := range modes {
		fmt.Println(m.Mode())
	}
	// Output:
	// esa/required
	// esa/required-verify
	// esa/required-verify-hosted-domains
}
