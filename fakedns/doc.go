// Package fakedns is an authoritative DNS server for tests: zones in, answers
// out, every query kept.
//
// An authoritative server speaks for some zones and for nothing else. Inside
// a zone it knows what exists: a name that is not there is denied with
// NXDOMAIN, a type that is not there with an empty answer (NODATA). Outside
// of its zones it knows nothing, and says REFUSED; a real resolver would have
// asked somebody else. Which zones there are is derived from the text, so that
// an answer pasted from dig is a whole world; see [ParseZone].
//
//	srv, err := fakedns.NewServer(`example.com. IN MX 10 mx.example.com.
//	mx.example.com. IN A 192.0.2.1`)
//	defer srv.Close()
//	// ask srv.ListenAddr(), by UDP or TCP
//
// A [Zone] is immutable data but for [Zone.ServeReverse]. A [Server] answers
// from one zone text, which may be exchanged while it runs. What no zone can
// say, such as a response code, silence or an answer to another question, is
// said by a [Fault], for all queries or for the first of each who asks.
// [Server.Queries] tells what was asked. The case of a question's letters comes
// back as it was sent, as resolvers expect that hide a secret in it (0x20).
//
// The package never asks anybody else, never caches, never signs, never
// reads a file, and never lets a zone text name one: $INCLUDE is refused.
package fakedns
