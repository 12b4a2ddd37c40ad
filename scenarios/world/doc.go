// Package world makes a scenario real: a DNS server, certificates, MX hosts and
// web hosts on loopback sockets, behind the addresses that the scenario states.
//
// Addresses exist inside the world only. A table maps 192.0.2.1 to a listener
// on 127.0.0.1, and a [Sender] dials through that table. Each sender has a clock
// of its own, which starts at the scenario's time and moves only when somebody
// keeps it waiting: a fake that will say nothing more, or that waits for a
// sender that waits for it, tells the world, and the sender's pending read fails
// at once, as if its deadline had passed. So a sender's time-outs are the
// product's, minutes long, and cost nothing.
//
// For a test of one's own software:
//
//	w := world.Start(t, scenario)
//	sender := w.Sender()
//	// sender.DialContext, w.Resolver(), w.Roots(), and then w.Messages(), w.Fetches()
//
// [World.Run] asks what each mode says, sends a message under each, and
// compares the two with what the hosts recorded.
//
// Other software enters a world that is [Served]: on real sockets, with silence,
// delays and a present that are real. Where these sockets are, and on which
// addresses, is up to a [Ground].
//
// What this package never does: read the wall clock, or open a socket beyond
// loopback.
package world
