package verify

import (
	"sync"

	"mxlab/verify/pkix"
)

// Paths remembers the certificate paths of sessions, so that modes whose TLS
// libraries judge alike share the work. The zero Paths is ready; it may be used
// by several goroutines.
type Paths struct {
	mu    sync.Mutex
	built map[pathKey]*pkix.Path
}

type pathKey struct {
	session *Session
	rules   pkix.Rules
}

// Path gives the path of the chain that a session showed, under a library's
// rules, at the evidence's time. The session must have completed its handshake.
func (ev Evidence) Path(s *Session, rules pkix.Rules) *pkix.Path {
	if ev.Paths == nil {
		return pkix.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
	}
	ev.Paths.mu.Lock()
	defer ev.Paths.mu.Unlock()
	k := pathKey{s, rules}
	p, ok := ev.Paths.built[k]
	if !ok {
		if ev.Paths.built == nil {
			ev.Paths.built = map[pathKey]*pkix.Path{}
		}
		p = pkix.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
		ev.Paths.built[k] = p
	}
	return p
}

// A PathClass is a kind of fault that a sender reports alike.
type PathClass int

// The classes, in the order in which a reason takes them.
const (
	PathTrust PathClass = iota // no way to a trust anchor
	PathDates                  // expired, not yet valid
	PathRevoked
	PathUsage // a valid path that is not fit for the purpose
)

// classOf sorts the fault kinds into classes.
func classOf(k pkix.Kind) PathClass {
	switch k {
	case pkix.Expired, pkix.NotYetValid:
		return PathDates
	case pkix.Revoked:
		return PathRevoked
	case pkix.Usage, pkix.WeakKey, pkix.WeakSignature, pkix.CriticalExtension:
		return PathUsage
	}
	return PathTrust
}

// PathReason gives the reason for which a path with faults is refused: the
// first of not trusted, dates, revoked, usage; among equals the fault nearest
// the leaf. It must not be called on a path without faults.
func PathReason(p *pkix.Path) (Reason, Detail) {
	worst := p.Faults[0]
	for _, f := range p.Faults[1:] {
		if classOf(f.Kind) < classOf(worst.Kind) {
			worst = f
		}
	}
	switch {
	case classOf(worst.Kind) == PathTrust:
		return CertificateNotTrusted, Detail(worst.Kind)
	case worst.Kind == pkix.Expired:
		return CertificateExpired, ""
	}
	return ValidationFailure, Detail(worst.Kind)
}

// PathFaults gives the words of a path's faults of one class, nearest the leaf
// first, separated by commas; empty if there is none.
func PathFaults(p *pkix.Path, c PathClass) string {
	words := ""
	for _, f := range p.Faults {
		if classOf(f.Kind) != c {
			continue
		}
		if words != "" {
			words += ", "
		}
		words += string(f.Kind)
	}
	return words
}
