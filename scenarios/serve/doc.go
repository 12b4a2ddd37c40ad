// Package serve keeps the world of a scenario up on loopback, for software that
// can be told a port: the DNS server, and each port of each MX host and web
// host, have a socket of their own on 127.0.0.1.
//
// [Start] opens them, and [Server.Table] tells which name and address stands
// where; a [Table] can be written as JSON and read again, so that another
// process finds its way: [Table.Dial] connects to an address of the scenario.
//
// The sockets are the server's, not the world's: [Server.Change] lets another
// world move in behind them. New connections and queries meet the new world, and
// sessions with MX hosts that are under way come to their end in the old one.
//
// Time is real here, and so are silence and delays. Certificates are issued as
// of the present from keys of their own, and their roots say that they are a
// lab's.
//
// What this package never does: listen beyond loopback unless it is told so in
// words, let anybody but loopback control it, print, or read the wall clock.
package serve
