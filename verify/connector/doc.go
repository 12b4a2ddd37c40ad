// Package connector judges as a connector of Microsoft's transport does: the
// Send connector of Exchange and the outbound connector of Exchange Online are
// set in other words, and go the same way through a session.
//
// A connector says four things: whether STARTTLS is used at all, what happens
// where it is not offered, refused, or fails behind the 220, how far the
// certificate is checked (not at all, its chain, its chain and its names, or
// whether it is itself a known one), and what happens where that fails. A
// [Setting] is these four as data. A [Transport] is what all connectors of one
// product share: the rules, each with its source and certainty, the
// ClientHello, the schedule of the queue and the words that it prints. The
// packages exchange and exo have the tables; here is the way through them.
//
// A valid chain alone names nobody. Where only the chain is checked the message
// goes to a host whose certificate is sound and may be anybody's: that is
// Encrypted, never Verified.
package connector
