package finding

import (
	"strings"

	"mxlab/verify"
)

// A Product is the software of a host, as far as it is known by what it says.
type Product string

// The products whose menus are known.
const (
	UnknownProduct Product = ""
	ESA            Product = "esa"      // Cisco Email Security Appliance
	Exchange       Product = "exchange" // Microsoft Exchange Server, on premises
	ExchangeOnline Product = "exo"      // the hosts of Microsoft 365
)

// Title is the name for a person: "an Exchange Server".
func (p Product) Title() string {
	return map[Product]string{ESA: "a Cisco ESA", Exchange: "an Exchange Server", ExchangeOnline: "a host of Microsoft 365"}[p]
}

// Recognise tells which product a session was with. Exchange says its name in
// the greeting (Microsoft: test SMTP with Telnet), and so do the hosts of
// Microsoft 365, which cannot be told from it by that. An ESA has nothing of the
// kind: what it offers is 8BITMIME and SIZE, and STARTTLS where TLS is on (Cisco
// 214630), and nothing else, which is the custom of no other product known to us
// (inferred).
func Recognise(s *verify.Session) Product {
	if s == nil || len(s.Greeting.Lines) == 0 {
		return UnknownProduct
	}
	if strings.Contains(s.Greeting.Lines[0], "Microsoft ESMTP MAIL Service") {
		return Exchange
	}
	offers := map[string]bool{}
	for _, line := range ehloReply(s, false) {
		word, _, _ := strings.Cut(line, " ")
		offers[strings.ToUpper(word)] = true
	}
	lines := len(ehloReply(s, false))
	if offers["STARTTLS"] {
		lines--
	}
	if lines == 3 && offers["8BITMIME"] && offers["SIZE"] {
		return ESA
	}
	return UnknownProduct
}
