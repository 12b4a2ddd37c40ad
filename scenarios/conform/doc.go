// Package conform holds running software against the modes of this program: a
// driver sends a message from inside the world of a scenario, as a product with
// a setting, and what became of it is compared with what the mode says.
//
// A [Driver] runs inside, where addresses, ports, authorities and names are the
// scenario's, and sends one message for each [Ask] of a [Task]. Each message has
// a reverse-path of its own, by which the world tells whose it is: what a host
// took, and whether in TLS, is what the host says ([Seen]), never what the
// sender's log says. Whether it was returned or is kept, and whom the sender
// believes to have met, nobody but the sender knows ([Trial]).
//
// [Run] plays a list of scenarios, [Compare] says where the two sides differ.
// A difference counts when it comes again twice, alone and with twice the
// patience; those that are facts about a product stand in known.txt, each with
// its reason.
//
// What this package never does: make a world or namespaces, or format a result.
package conform
