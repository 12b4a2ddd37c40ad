// Package fakemx is a mail exchanger (MX host) for tests: it takes messages,
// offers STARTTLS, keeps a record of what was said, and goes wrong in the ways
// in which real hosts go wrong, each of them by name.
//
// A sender's TLS decisions hang on what happens between the greeting and the
// first message, so faults are named by the phase they strike:
//
//	connection     connect=
//	greeting       greeting=, greeting-name=, greeting-delay=
//	EHLO           ehlo=, x-anonymoustls
//	STARTTLS       no-starttls, starttls=, plaintext-behind-220, executes-pipelined
//	ClientHello    after-220=, alert=
//	handshake      tls=, cipher=, curve=, sni=, client-cert=, corrupt=, no-session-tickets
//	EHLO again     tls-ehlo=
//	transaction    requires-starttls=, mail-in-clear=, unproven-sender=, mail=, rcpt=, data=, dot=
//	transport      latency=, tarpit=, bandwidth=, slice=, reset-after=, no-close-notify
//
// Commands are refused by a code, or answered by close, silent, reset or
// garbage. On every host some recipients are refused: 550@ and any other code,
// temperror@, permerror@; at timeout@ it falls silent, at close@ it closes.
//
// A [Fault] is the word itself, so a program and a line of text say the same:
//
//	fakemx.NewServer(cfg, fakemx.RejectSTARTTLS(454))
//	fakemx.ParseLine("hosted, starttls=454")
//
// The zero [Server] is an honest host without a certificate; with a TLSConfig
// it is an honest host that offers STARTTLS. Honest means strict: commands out
// of order get 503, and what was not offered is refused. [Server.Sessions]
// tells what each client said and how far it came, [Server.Messages] what
// arrived, and whether it arrived inside TLS.
//
// The SMTP server inside is go-smtp; this package stands between it and the
// socket, edits its replies, and does STARTTLS itself, so that nothing said in
// clear text ever reaches the dialogue inside TLS. What no honest library can be
// made to say stands in a [Script], a few lines that are played as they are.
//
// What this package never does: make certificates, relay mail, end a connection
// because of the time. A host that falls silent says so through [Server.Silent],
// one that waits for its client through [Server.Waiting], one that is late
// through [Server.Delayed], so that whoever plays the network need not wait;
// [Server.Close] ends every connection.
package fakemx
