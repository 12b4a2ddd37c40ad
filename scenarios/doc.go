// Package scenarios reads the scenario language: one YAML file tells one
// incident, in the order in which an engineer has it. What dig said is the
// zone, what the hosts showed are the certificates and host lines, what each
// sender did are the claims under expect:.
//
//	title:   one sentence                                  required
//	source:  the document or ticket that tells the incident
//	domain:  the recipient's domain                        required
//	uses:    a list of fragments, which lie below the file, see [Fragments]
//	zone:    a master file (RFC 1035 section 5)            required, unless a fragment has one
//	certs:   LABEL: a certificate line, see package pki
//	hosts:   ADDRESS: a host line, see package fakemx, or a mapping, see [Host]
//	web:     URL: what an authority publishes there, and what goes wrong, see [WebLine]
//	faults:  a list of DNS faults, see package fakedns
//	routes:  a list of SMTP routes: NAME, NAME priority=10, NAME:2525, [192.0.2.9]
//	sender:  the sending side, see [Sender]
//	expect:  MODE: a claim, see [Claim]
//	receive: LISTENER: a claim of the receiving side, see [Receipt]
//	scenery: a list of OWNER TYPE: records that are there for the story only
//	views:   NAME: what differs when it is seen from there
//	then:    a list of phases: what differs later
//
// The last two are overlays: layers of the same keys. A file is compiled to a
// list of plain worlds, one [Scenario] for each phase and view; nothing that
// uses them knows of overlays. The [Story] holds them together.
//
// [Parse] and [Load] read a file; [Find] takes names of the embedded catalogue,
// files and directories. Every line is checked when it is read, by the grammar
// of the package that will use it, and the lines are checked against each
// other: labels that are referred to exist, and at every address to which an MX
// record or a route leads there stands a host. All mistakes of a file are
// reported together, as [Errors], each with its line, its column and what to
// write instead.
//
// YAML is only the frame. Values are text as written: no booleans, dates,
// anchors, tags or flow mappings; what YAML itself would cut or misread is an
// error that says so.
//
// What this package never does: start a server, issue a certificate, judge.
package scenarios
