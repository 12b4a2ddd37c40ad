package fakemx

import (
	"crypto/tls"
	"fmt"
	"time"
)

// A Fault is one thing that a host does wrong, or in a way of its own: the word
// that names it in a host line, such as "starttls=454". The constants and
// functions of this package give all of them; [Server.Start] refuses any other,
// and faults that contradict each other.
type Fault string

// String returns the word as in a host line.
func (f Fault) String() string { return string(f) }

// The faults of the connection and the greeting that need no parameter.
const (
	// ConnectRefused refuses the connection. A Server of its own takes a port
	// and closes it again, so that the address it gives refuses; where a
	// network is simulated, see [Host.Connect].
	ConnectRefused Fault = "connect=refused"

	// ConnectSilent never answers the connection request. Loopback always
	// answers, so a Server of its own does as with GreetingSilent; where a
	// network is simulated, see [Host.Connect].
	ConnectSilent Fault = "connect=silent"

	// ConnectReset accepts the connection and resets it.
	ConnectReset Fault = "connect=reset"

	// ConnectClose accepts the connection and closes it.
	ConnectClose Fault = "connect=close"

	// GreetingSilent accepts the connection and never says a word.
	GreetingSilent Fault = "greeting=silent"

	// GreetingGarbage greets with a line that is no SMTP, and closes.
	GreetingGarbage Fault = "greeting=garbage"

	// GreetingMultiLine greets in three lines, as RFC 5321 section 4.2.1 allows.
	GreetingMultiLine Fault = "greeting=multi-line"
)

// The faults of EHLO that need no parameter.
const (
	// EHLOBare answers EHLO without any extension.
	EHLOBare Fault = "ehlo=bare"

	// EHLOLowerCase writes the keywords in lower case; RFC 5321 section 2.4:
	// their case does not matter.
	EHLOLowerCase Fault = "ehlo=lower-case"

	// EHLOEndless answers EHLO with lines of which none is the last, four MiB of
	// them, and then closes.
	EHLOEndless Fault = "ehlo=endless"

	// TLSEHLOBare answers EHLO inside TLS without any extension.
	TLSEHLOBare Fault = "tls-ehlo=bare"

	// TLSEHLOSTARTTLS offers STARTTLS again inside TLS, which RFC 3207 section
	// 4.2 forbids. The command gets 503.
	TLSEHLOSTARTTLS Fault = "tls-ehlo=starttls"
)

// The faults of STARTTLS that need no parameter.
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

	// STARTTLSTwice offers STARTTLS on two lines.
	STARTTLSTwice Fault = "starttls=twice"

	// STARTTLSWithParameter offers STARTTLS with a parameter, where RFC 3207
	// section 2 has none.
	STARTTLSWithParameter Fault = "starttls=with-parameter"

	// XAnonymousTLS offers X-ANONYMOUSTLS on a line of its own behind STARTTLS, and
	// takes it as STARTTLS: what an Exchange server has for others of its own
	// organisation. With NoSTARTTLS it is offered alone; what else befalls
	// STARTTLS befalls both.
	XAnonymousTLS Fault = "x-anonymoustls"

	// PlaintextBehind220 sends a reply in clear text in one piece with the 220,
	// for a client to take it for a reply inside TLS: what somebody on the path
	// injects. Then TLS begins.
	PlaintextBehind220 Fault = "plaintext-behind-220"

	// ExecutesPipelined keeps what a client sent behind STARTTLS in clear text,
	// and takes it for commands inside TLS: CVE-2011-0411, which RFC 3207
	// section 6 forbids.
	ExecutesPipelined Fault = "executes-pipelined"
)

// The faults of TLS that need no parameter.
const (
	// SSL3 answers a ClientHello as a host that knows nothing newer than SSL 3.0
	// (RFC 6101), with a ServerHello of that version. A client that would go on
	// gets no further.
	SSL3 Fault = "tls=ssl3"

	// SNIRequired refuses a ClientHello without server name by the alert
	// missing_extension (RFC 8446 section 9.2).
	SNIRequired Fault = "sni=required"

	// SNIRefused refuses any server name by the alert unrecognized_name (RFC
	// 6066 section 3).
	SNIRefused Fault = "sni=refused"

	// ClientCertRequested asks for a client certificate, takes any, and goes on
	// without.
	ClientCertRequested Fault = "client-cert=requested"

	// ClientCertRequired ends the handshake if the client has no certificate. In
	// TLS 1.3 a client learns that only behind its handshake (RFC 8446 section
	// 4.4.2.4).
	ClientCertRequired Fault = "client-cert=required"

	// ClientCertRefused asks for a client certificate, and answers any by the
	// alert bad_certificate.
	ClientCertRefused Fault = "client-cert=refused"

	// ClientCertVerified ends the handshake unless the client has a certificate
	// that leads to an authority of TLSConfig.ClientCAs, is in date by its Time,
	// and is meant for clients (RFC 5280 section 4.2.1.12).
	ClientCertVerified Fault = "client-cert=verified"

	// ClientCertVerifiedIfGiven ends the handshake if the client has a certificate
	// that ClientCertVerified would not take, and goes on without one.
	ClientCertVerifiedIfGiven Fault = "client-cert=verified-if-given"

	// NoSessionTickets issues no session tickets (RFC 8446 section 4.6.1, RFC
	// 5077).
	NoSessionTickets Fault = "no-session-tickets"

	// NoCloseNotify closes the connection without the close_notify of RFC 8446
	// section 6.1.
	NoCloseNotify Fault = "no-close-notify"
)

// RejectSTARTTLS offers STARTTLS and answers the command with a code from 400
// to 559. RFC 3207 section 4 knows 454, TLS not available due to temporary
// reason. The session goes on in clear text, after 421 it ends.
func RejectSTARTTLS(code int) Fault { return Reject(AtSTARTTLS, code) }

// RequireSTARTTLS answers every command in clear text but NOOP, EHLO, QUIT and
// STARTTLS with a code from 400 to 559. RFC 3207 section 4 has 530 for it.
func RequireSTARTTLS(code int) Fault { return Reject(requiresSTARTTLS, code) }

// RejectClear answers MAIL in clear text with a code from 400 to 559: the host
// takes the senders that come so over TLS only.
func RejectClear(code int) Fault { return Reject(mailInClear, code) }

// RejectUnproven asks for a client certificate, and answers MAIL with a code from
// 400 to 559 unless TLS runs and the certificate names the domain of the sender:
// it leads to an authority of TLSConfig.ClientCAs, is in date by its Time and
// meant for clients, and has the domain among its dNSNames or as its common name.
// The null sender has no domain, and is taken.
func RejectUnproven(code int) Fault { return Reject(unprovenSender, code) }

// An Answer is what comes instead of a reply or of a TLS handshake.
type Answer string

// The answers that are no reply. Each ends the session.
const (
	Close   Answer = "close"   // the connection is closed
	Silence Answer = "silent"  // nothing, ever
	Reset   Answer = "reset"   // the connection is reset
	Garbage Answer = "garbage" // octets that are neither SMTP nor TLS, then close

	// After the 220 only:

	Alert      Answer = "alert"       // a ClientHello is answered with a fatal handshake_failure (RFC 8446 section 6.2), then close
	HalfRecord Answer = "half-record" // a ClientHello is answered with the beginning of a TLS record, then close
)

// After220 answers STARTTLS with 220, and then does not do TLS. Garbage, Alert
// and HalfRecord come when the ClientHello was read.
func After220(a Answer) Fault { return Fail(After220To, a) }

// AlertNamed answers a ClientHello with an alert, named as in RFC 8446 section
// 6, such as unrecognized_name, then closes.
func AlertNamed(name string) Fault { return Fault("alert=" + name) }

// Greeting greets with a code from 400 to 559 instead of 220. After 421 the
// connection is closed, after any other code every command but QUIT gets 503
// (RFC 5321 section 3.1).
func Greeting(code int) Fault { return Reject(atGreeting, code) }

// GreetingName greets with another host name than EHLO is answered with.
func GreetingName(name string) Fault { return Fault("greeting-name=" + name) }

// GreetingDelay greets late.
func GreetingDelay(d time.Duration) Fault { return Fault("greeting-delay=" + d.String()) }

// RejectRcpt answers every RCPT with a code from 400 to 559; after 421 the
// connection is closed.
func RejectRcpt(code int) Fault { return Reject(AtRcpt, code) }

// TLSVersions does only the TLS versions from min to max, numbered as in
// crypto/tls, from 1.0 to 1.3.
func TLSVersions(min, max uint16) Fault {
	if min == max {
		return Fault("tls=" + versionName(min))
	}
	return Fault("tls=" + versionName(min) + "-" + versionName(max))
}

// Cipher does only one cipher suite of TLS 1.0 to 1.2, numbered as in
// crypto/tls, and so never TLS 1.3. With a suite that the client does not offer
// there is none in common.
func Cipher(id uint16) Fault { return Fault("cipher=" + tls.CipherSuiteName(id)) }

// Curve does only one group for the key exchange.
func Curve(id tls.CurveID) Fault { return Fault("curve=" + curveName(id)) }

// Corrupt changes the n-th octet behind the 220 to STARTTLS, counted from 1: a
// bit of it is turned round on its way. When the host would wait for the client
// after that it says nothing more.
func Corrupt(n int) Fault { return Fault(fmt.Sprintf("corrupt=%d", n)) }

// Latency delays everything that is written.
func Latency(d time.Duration) Fault { return Fault("latency=" + d.String()) }

// Tarpit delays every reply to a command.
func Tarpit(d time.Duration) Fault { return Fault("tarpit=" + d.String()) }

// Bandwidth writes so many octets a second.
func Bandwidth(octets int) Fault { return Fault(fmt.Sprintf("bandwidth=%d", octets)) }

// Slice writes at most so many octets at a time.
func Slice(octets int) Fault { return Fault(fmt.Sprintf("slice=%d", octets)) }

// ResetAfter resets the connection when so many octets were written.
func ResetAfter(octets int) Fault { return Fault(fmt.Sprintf("reset-after=%d", octets)) }
