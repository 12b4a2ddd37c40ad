// Package fakemx is a mail exchanger (MX host) for tests: it takes messages,
// offers STARTTLS, keeps a record of what was said, and goes wrong in the ways
// in which real hosts go wrong, each of them by name.
//
// A sender's TLS decisions hang on what happens between the greeting and the
// first message, so faults are named by the phase they strike:
//
//	connect     greeting     EHLO, STARTTLS     after the 220     handshake     RCPT
//	connect=    greeting=    no-starttls        after-220=        tls=          rcpt=
//	                         starttls=
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
// clear text ever reaches the dialogue inside TLS.
//
// What this package never does: make certificates, relay mail, wait. It has no
// clock and no time-outs; a host that falls silent says so through
// [Server.Silent], and [Server.Close] ends every connection.
package fakemx
