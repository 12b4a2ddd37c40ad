// Package deliver sends a message under a mode for real: it looks up the
// hosts, connects to one after the other, speaks SMTP and STARTTLS, and decides
// at each step of the dialogue what a sender of that mode does next. In the end
// the message was handed over, or it was not.
//
// It is the proof of the judgement in package verify, so it must not lean on
// it: it sees no Evidence and no Verdict, and repeats each product's decisions
// in its own words. Only the rule functions are shared: name matching, the
// certificate path, and the order in which RFC 5321 section 5.1 tries hosts.
//
// Deliver makes one queue run of a fresh message; Queue goes on as the product
// would, until the message is gone or given up.
//
// What this package never does: send to more than one recipient, or wait by
// itself.
package deliver
