package verify

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"mxlab/verify/pkix"
)

// Paths remembers the certificate paths of sessions, so that modes whose TLS
// libraries judge alike share the work, and so do sessions that show the same
// certificates at the same time. The zero Paths is ready; it may be used by
// several goroutines, but for one set of anchors only.
type Paths struct {
	mu    sync.Mutex
	of    map[pathKey]*pkix.Path // by session, which is quick to look up
	built map[chainKey]*pkix.Path
}

type pathKey struct {
	session *Session
	rules   pkix.Rules
}

type chainKey struct {
	sum   [sha256.Size]byte // of the certificates
	now   time.Time
	rules pkix.Rules
}

// Path gives the path of the chain that a session showed, under a library's
// rules, at the evidence's time. The session must have completed its handshake.
func (ev Evidence) Path(s *Session, rules pkix.Rules) *pkix.Path {
	if ev.Paths == nil {
		return pkix.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
	}
	k := pathKey{s, rules}
	ev.Paths.mu.Lock()
	p, ok := ev.Paths.of[k]
	ev.Paths.mu.Unlock()
	if ok {
		return p
	}
	p = ev.Paths.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
	ev.Paths.mu.Lock()
	defer ev.Paths.mu.Unlock()
	if ev.Paths.of == nil {
		ev.Paths.of = map[pathKey]*pkix.Path{}
	}
	ev.Paths.of[k] = p
	return p
}

// Build is pkix.Build, remembered; a nil Paths remembers nothing. The path is
// shared, and not to be changed.
func (p *Paths) Build(chain [][]byte, anchors []*x509.Certificate, now time.Time, rules pkix.Rules) *pkix.Path {
	if p == nil {
		return pkix.Build(chain, anchors, now, rules)
	}
	h := sha256.New()
	for _, der := range chain {
		fmt.Fprintf(h, "%d ", len(der))
		h.Write(der)
	}
	k := chainKey{now: now, rules: rules}
	h.Sum(k.sum[:0])
	p.mu.Lock()
	path, ok := p.built[k]
	p.mu.Unlock()
	if ok {
		return path
	}
	path = pkix.Build(chain, anchors, now, rules)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.built == nil {
		p.built = map[chainKey]*pkix.Path{}
	}
	p.built[k] = path
	return path
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
