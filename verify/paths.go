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

// PathReason gives the reason for which a path with faults is refused: the
// first of not trusted, dates, revoked, usage; among equals the fault nearest
// the leaf. It must not be called on a path without faults.
func PathReason(p *pkix.Path) (Reason, Detail) {
	worst := p.Faults[0]
	for _, f := range p.Faults[1:] {
		if class(f.Kind) < class(worst.Kind) {
			worst = f
		}
	}
	switch class(worst.Kind) {
	case classTrust:
		return CertificateNotTrusted, Detail(worst.Kind)
	case classDates:
		if worst.Kind == pkix.Expired {
			return CertificateExpired, ""
		}
	}
	return ValidationFailure, Detail(worst.Kind)
}

// The classes of faults, in the order in which a reason takes them.
const (
	classTrust = iota
	classDates
	classRevoked
	classUsage
)

func class(k pkix.Kind) int {
	switch k {
	case pkix.Expired, pkix.NotYetValid:
		return classDates
	case pkix.Revoked:
		return classRevoked
	case pkix.Usage, pkix.WeakKey, pkix.WeakSignature, pkix.CriticalExtension:
		return classUsage
	}
	return classTrust
}
