// Package verify is the judgement: given everything that is known about the
// hosts of a mail domain, what would a sender with a certain TLS setting do?
//
// Facts and judgement are kept apart. [Evidence] holds the facts: what DNS
// answered, and what each [Session] with a host showed, also the sessions that
// failed. A [Policy] is one sender's TLS setting; its Judge method is a pure
// function from Evidence to a [Verdict] on one host. Where a fact is missing,
// Judge names it as a [Need]; the caller gathers it and asks again. So a
// verdict can be computed on a live network, in a test, or a year later from a
// bug report.
//
// A Verdict explains itself: its Checks list every rule that was applied, in
// the order in which the sender applies them, each with its [Rule], and the
// rule with its source and [Certainty]. [Settle] turns the verdicts on all
// hosts, in the order in which they are tried, into a [Delivery].
//
// What this package never does: open a socket, read a clock, guess.
package verify
