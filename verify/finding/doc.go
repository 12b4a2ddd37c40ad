// Package finding judges the receiving side: what does the host of a mail
// domain show to anybody who would send to it, and what is wrong with that?
//
// A policy of package verify asks what one sender does. An administrator asks
// the other way round: is my host in order, and if not, what am I to change? So
// here are the [Stages] of a receiver test, in the columns that CheckTLS has
// made usual, and its findings: each of one [Kind] of a closed list, with a
// [Severity] and a sentence that says what to do, at which end.
//
// As everywhere below verify, judgement is pure. [Test] looks at one host of a
// [verify.Evidence], and names what it lacks as needs: the same host without a
// server name, with old TLS versions only, with a command behind STARTTLS.
//
// The reference for names is the name in the MX record, as CheckTLS has it and
// as MTA-STS and RFC 7817 want it; which names a certain sender compares is that
// sender's policy. Paths are judged as OpenSSL does at security level 2.
//
// What this package never does: hold a session, read a clock, or weigh findings
// against each other in one figure.
package finding
