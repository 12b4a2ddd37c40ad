// Package mta judges as a mail transfer agent with a TLS policy does: Postfix,
// Exim, OpenSMTPD and sendmail are set in other words, and go the same way
// through a session.
//
// Such a policy says four things: whether STARTTLS is used at all, what happens
// where it is not offered, is refused, or fails behind the 220, how far the
// certificate is checked, and what happens where that fails. A [Setting] is these
// four as data. An [MTA] is what all settings of one product share: the rules, each
// with its source and certainty, the ClientHello, what its TLS library minds in a
// certificate, how it goes through the hosts, and the schedule of its queue. The
// packages named after the products have the tables; here is the way through
// them.
//
// What this package never does: open a socket, read a clock, or know which
// product it judges as.
package mta
