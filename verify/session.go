package verify

import (
	"slices"
	"time"
)

// A Session is one conversation with one host at one address under one hello,
// as far as it went: connect, greeting, EHLO, STARTTLS, handshake, EHLO again,
// MAIL and RCPT. It ends before DATA, unless the prober was given a message to
// send. A host that does not offer STARTTLS, or refuses it, is asked on in clear
// text. Under a hello with a command Behind it ends with EHLO inside TLS.
type Session struct {
	Dialogue []Line // every line in both directions
	Greeting Reply
	Offered  bool      // STARTTLS, or the verb that the hello has in its place, stood on a line of its own in the EHLO reply
	STARTTLS Reply     // the answer to it; zero if it was not sent
	Early    int       // octets that arrived in clear behind the 220, before the handshake
	TLS      *TLS      // nil if no handshake was completed
	Stop     *Stop     // where and why the session ended early; nil if RCPT was accepted, and the message if there was one
	Began    time.Time // by the client's clock
	Steps    []Step
	Executed bool // a command that was said in clear text behind STARTTLS was answered inside TLS; see Hello.Behind
}

// A Line is one line of the SMTP dialogue, without its line end.
type Line struct {
	Client bool // said by the client
	TLS    bool // inside TLS
	Text   string
}

// A Reply is an SMTP reply. Lines holds the text of each line behind the code.
type Reply struct {
	Code  int
	Lines []string
}

// Positive, transient and permanent replies (RFC 5321 section 4.2.1). An
// answer with another first digit is held to be permanent.
func (r Reply) Positive() bool  { return r.Code/100 == 2 || r.Code/100 == 3 }
func (r Reply) Transient() bool { return r.Code/100 == 4 }

// TLS is what the handshake showed.
type TLS struct {
	Version uint16   // as in crypto/tls
	Cipher  uint16   // as in crypto/tls
	Asked   bool     // for a client certificate (RFC 8446 section 4.3.2)
	Chain   [][]byte // the certificates as sent, DER, leaf first; also those that cannot be parsed
	Staple  []byte   // the OCSP response that came with the handshake (RFC 6066 section 8), DER; nil for none
	Ticket  bool     // the host gave a ticket by which TLS could be resumed (RFC 8446 section 4.6.1, RFC 5077)
	Cut     bool     // the host ended the connection without close_notify (RFC 8446 section 6.1)
}

// ChainOctets is the length of the Certificate message that held the chain
// (RFC 5246 section 7.4.2; RFC 8446 section 4.4.2, without extensions).
func (t *TLS) ChainOctets() int {
	const is13 = 0x0304
	message, entry := 3, 3
	if t.Version >= is13 {
		message, entry = 4, 5
	}
	for _, der := range t.Chain {
		message += entry + len(der)
	}
	return message
}

// A Stage is a step of a session.
type Stage string

// The stages of a session, in order.
const (
	StageConnect   Stage = "connect"
	StageGreeting  Stage = "greeting"
	StageEHLO      Stage = "EHLO"
	StageSTARTTLS  Stage = "STARTTLS"
	StageHandshake Stage = "handshake"
	StageMail      Stage = "MAIL"
	StageRcpt      Stage = "RCPT"
	StageData      Stage = "DATA"      // the command, or the text of the message; only where one is sent
	StageDot       Stage = "final dot" // the end of the text
)

// A Cause says why a session ended at its stage: a closed list. Those from
// HandshakeClosed on are the details of validation-failure.
type Cause string

// The causes.
const (
	ConnectionRefused Cause = "refused"  // RST or ICMP unreachable
	ConnectionClosed  Cause = "closed"   // the peer closed or reset
	ConnectionSilent  Cause = "silent"   // the deadline of the step passed
	ReplyRefused      Cause = "reply"    // a complete reply that is a refusal; see Stop.Reply
	ReplyMalformed    Cause = "not-smtp" // not an SMTP reply
	ReplyTooLong      Cause = "too-long" // more lines or octets than we read
	LocalFailure      Cause = "local"    // our own side could not do it; see Stop.Err

	HandshakeClosed  Cause = "handshake-closed"  // the connection ended in the handshake
	HandshakeSilent  Cause = "handshake-silent"  // the deadline passed in the handshake
	HandshakeGarbage Cause = "handshake-garbage" // what came was not TLS
	HandshakeAlert   Cause = "handshake-alert"   // the peer sent an alert; see Stop.Alert
	HandshakeVersion Cause = "tls-version"       // no TLS version in common
	HandshakeFailed  Cause = "handshake-failed"  // any other failure
)

// A Stop tells where a session ended early.
type Stop struct {
	Stage Stage
	Cause Cause
	TLS   bool   // the stage was inside TLS
	Reply Reply  // the refusing reply, when Cause is ReplyRefused
	Alert uint8  // the TLS alert (RFC 8446 section 6), when Cause is HandshakeAlert or HandshakeVersion and one was received
	Err   string // the library's words, for a person; never for a golden
}

// InTransaction reports whether the host was asked to take the message: MAIL and
// what follows (RFC 5321 section 3.3).
func (s *Stop) InTransaction() bool {
	return s != nil && slices.Contains([]Stage{StageMail, StageRcpt, StageData, StageDot}, s.Stage)
}

// InTLS reports whether it was TLS that failed behind the handshake, and not
// the connection or the SMTP dialogue inside it: an alert, or records that
// cannot be read.
func (s *Stop) InTLS() bool {
	switch s.Cause {
	case HandshakeAlert, HandshakeGarbage, HandshakeFailed:
		return s.TLS
	}
	return false
}
