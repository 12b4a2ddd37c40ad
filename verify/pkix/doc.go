// Package pkix builds certificate paths and lists every fault in them.
//
// A TLS library stops at the first thing that it does not like, and each
// library meets the faults in another order: an expired certificate of an
// unknown authority is "expired" to one sender and "untrusted" to another. A
// judge of many senders must therefore know all faults of a path, and which of
// them each library minds. [Build] does the first; [Rules] say the second, as
// data.
//
// Build finds the best [Path] from the certificate that a host showed to a
// trust anchor, through the other certificates that it showed, as RFC 5280
// section 6.1 wants it, and returns it with its list of [Fault] values, nearest
// the leaf first. A path without faults is valid. Where no anchor can be
// reached, the path goes as far as it can and its last fault says how it ended.
//
// Three choices where the RFC leaves one. Name constraints bind the common name
// only where [Rules].ConstrainCN says so, although some senders take a host name
// from there. An excluded name also excludes the wildcard that could stand for
// it. Policies are not evaluated: no TLS library asks for one unless it is told
// to, and policyConstraints, also critical ones, are passed over.
//
// Whether a certificate is revoked stands in no path. [CRL] and [OCSPStatus] tell
// what one list or one response says of one certificate; which of them a sender
// asks for, and what it makes of a doubt, is for the caller, who adds the faults
// Revoked and RevocationOffline to the path by [Path.With]. [Points],
// [Responders] and [Issuers] give the addresses that a certificate names.
//
// What this package never does: open a socket (so no issuer is fetched by
// authorityInfoAccess, and no list), read a clock, or compare host names.
package pkix
