package connector

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// A Transport is what all connectors of a product share. No rule may be nil.
type Transport struct {
	Product   verify.Product // without New
	Settings  []Setting      // in the order of Product.Settings
	Common    judge.Rules
	Portal    judge.Portal
	Handshake Handshake

	Hello    func(option func(string) string) verify.Hello
	Schedule func(option func(string) string) verify.Schedule
	Said     func(setting string, v *verify.Verdict) verify.Saying // what is printed of a verdict

	// Chosen changes a setting by its options; nil where none does.
	Chosen func(s *Setting, option func(string) string)
}

// Handshake are the rules on STARTTLS and the handshake, where TLS is Schannel's.
type Handshake struct {
	GreetingLine *verify.Rule // STARTTLS on the first line of the EHLO reply is not an offer
	Unreadable   *verify.Rule // a certificate that cannot be parsed ends the handshake
	ChainSize    *verify.Rule // as does a Certificate message of more than MaxChain octets
	WeakHash     *verify.Rule // as does a certificate signed with MD5 or MD2, under TLS 1.2
	Ed25519      *verify.Rule // as does a host that has a key of this kind only
}

// MaxChain is the longest Certificate message that Schannel takes as a client:
// the default of the registry value MessageLimitClient.
const MaxChain = 0x8000
