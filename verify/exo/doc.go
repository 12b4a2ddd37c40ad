// Package exo judges as Exchange Online does: the TlsSettings of its outbound
// connectors.
//
// By default it is opportunistic. A connector may demand TLS, a valid chain, or
// a certificate for one name, its TlsDomain. Other than Exchange Server it never
// offers less than TLS 1.2, fetches no missing intermediates, gives a message up
// after a day, and has codes of its own: 450 4.7.320, 450 4.4.317.
//
// The recipient's own policies are not judged here: the modes are those of a
// connector with MtaStsMode None and SmtpDaneMode None, or of a domain that
// publishes neither a policy nor TLSA records.
//
// Every rule stands in rules.go with its source and certainty.
package exo
