// Package probe gathers the facts for a judgement: it asks the DNS, talks SMTP
// to mail exchangers up to the point where a message would be sent, and writes
// down what they showed as [verify.Evidence].
//
// A [Client] is one sender: its way to the network, its resolver and its clock.
// Its methods go from the small to the large. Lookup asks one question, Fetch
// makes one request by HTTP, Session holds one whole conversation, and Gather
// does all three again and again until a set of policies has nothing left to
// ask. Below Session lies the [Dialogue], the same conversation one step at a
// time, for a caller that decides as it unfolds.
//
// The other side is held to be hostile. Each step has one deadline, which no
// trickle of octets can extend, and reads a bounded number of octets. Whatever
// a peer does ends as a fact, a [verify.Stop] or a [verify.Status]; only our own
// side's trouble is an error.
//
// What this package never does: send a message of its own accord, judge a
// certificate, remember anything between two calls, or find out whether it is
// in a test.
package probe
