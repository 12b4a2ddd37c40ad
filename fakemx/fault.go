package fakemx

import "fmt"

// A Fault is one thing that a host does wrong: the word that names it in a host
// line, such as "starttls=454". The constants and functions of this package
// give all of them; [Server.Start] refuses any other, and faults that
// contradict each other.
type Fault string

// String returns the word as in a host line.
func (f Fault) String() string { return string(f) }

// The faults that need no parameter.
const (
	// NoSTARTTLS does not offer STARTTLS, and refuses it with 502.
	NoSTARTTLS Fault = "no-starttls"

	// STARTTLSOnGreetingLine names STARTTLS on the first line of the EHLO
	// reply, behind the host's name, where RFC 5321 section 4.1.1.1 has a
	// greeting and no keyword. A client that sends STARTTLS all the same gets
	// TLS. Cisco 212587 describes the case.
	STARTTLSOnGreetingLine Fault = "starttls=on-greeting-line"

	// STARTTLSOverwritten plays a firewall that inspects SMTP (PIX fixup, ASA
	// inspect esmtp): the EHLO reply has 250-XXXXXXXA where STARTTLS stood, and
	// the command STARTTLS, overwritten on its way, gets 500.
	STARTTLSOverwritten Fault = "starttls=overwritten"

	// GreetingSilent accepts the connection and never says a word.
	GreetingSilent Fault = "greeting=silent"

	// ConnectRefused refuses the connection. A Server of its own takes a port
	// and closes it again, so that the address it gives refuses; where a
	// network is simulated, see [Host.Connect].
	ConnectRefused Fault = "connect=refused"

	// ConnectSilent never answers the connection request. Loopback always
	// answers, so a Server of its own does as with GreetingSilent; where a
	// network is simulated, see [Host.Connect].
	ConnectSilent Fault = "connect=silent"
)

// RejectSTARTTLS offers STARTTLS and answers the command with a code from 400
// to 559. RFC 3207 section 4 knows 454, TLS not available due to temporary
// reason. The session goes on in clear text, after 421 it ends.
func RejectSTARTTLS(code int) Fault { return Fault(fmt.Sprintf("starttls=%d", code)) }

// An Answer is what comes instead of a TLS handshake.
type Answer string

// What After220 takes.
const (
	Close   Answer = "close"   // the connection is closed behind the 220
	Silence Answer = "silent"  // nothing, ever
	Garbage Answer = "garbage" // a ClientHello is answered with octets that are not TLS, then close
	Alert   Answer = "alert"   // a ClientHello is answered with a fatal handshake_failure (RFC 8446 section 6.2), then close
)

// After220 answers STARTTLS with 220, and then does not do TLS.
func After220(a Answer) Fault { return Fault("after-220=" + a) }

// Greeting greets with a code from 400 to 559 instead of 220. After 421 the
// connection is closed, after any other code every command but QUIT gets 503
// (RFC 5321 section 3.1).
func Greeting(code int) Fault { return Fault(fmt.Sprintf("greeting=%d", code)) }

// RejectRcpt answers every RCPT with a code from 400 to 559; after 421 the
// connection is closed.
func RejectRcpt(code int) Fault { return Fault(fmt.Sprintf("rcpt=%d", code)) }

// TLSVersions does only the TLS versions from min to max, numbered as in
// crypto/tls, from 1.0 to 1.3.
func TLSVersions(min, max uint16) Fault {
	if min == max {
		return Fault("tls=" + versionName(min))
	}
	return Fault("tls=" + versionName(min) + "-" + versionName(max))
}
