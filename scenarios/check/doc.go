// Package check is the receiver test: it asks the hosts of a mail domain what
// they show to a sender, finds what is wrong with that, and says who could mail
// this domain and who could not.
//
// A [Tester] is a [probe.Client], so it tests the real internet and the world of
// a scenario by the same code. It holds one session at a time, goes up to RCPT,
// and sends no message. What it found is a [Report]; what the facts mean is
// judged by verify/finding and by the policies.
//
// What this package never does: send a message, print, or read the wall clock.
package check
