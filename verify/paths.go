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
// certificates at the same time. It remembers the CRLs and OCSP responses that
// were read likewise, however often they were fetched. The zero Paths is ready;
// it may be used by several goroutines, but for one set of anchors only.
type Paths struct {
	mu       sync.Mutex
	of       map[pathKey]*pkix.Path // by session, which is quick to look up
	built    map[chainKey]*pkix.Path
	lists    map[[sha256.Size]byte]*pkix.CRL
	statuses map[statusKey]pkix.Status
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

type statusKey struct {
	sum          [sha256.Size]byte // of the response
	cert, issuer *x509.Certificate
	now          time.Time
}

// remember gives what is kept under a key, and finds it if nothing is.
func remember[K comparable, V any](mu *sync.Mutex, kept *map[K]V, k K, find func() V) V {
	mu.Lock()
	v, ok := (*kept)[k]
	mu.Unlock()
	if ok {
		return v
	}
	v = find()
	mu.Lock()
	defer mu.Unlock()
	if *kept == nil {
		*kept = map[K]V{}
	}
	(*kept)[k] = v
	return v
}

// Path gives the path of the chain that a session showed, under a library's
// rules, at the evidence's time. The session must have completed its handshake.
func (ev Evidence) Path(s *Session, rules pkix.Rules) *pkix.Path {
	p := ev.Paths
	if p == nil {
		return pkix.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
	}
	return remember(&p.mu, &p.of, pathKey{s, rules}, func() *pkix.Path {
		return p.Build(s.TLS.Chain, ev.Anchors, ev.Now, rules)
	})
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
	return remember(&p.mu, &p.built, k, func() *pkix.Path { return pkix.Build(chain, anchors, now, rules) })
}

// CRL reads the list in a response, once; a nil Paths remembers nothing. It keeps
// the body of the first response that has the list.
func (p *Paths) CRL(r Response) *pkix.CRL {
	if p == nil {
		return pkix.ReadCRL(r.Body)
	}
	return remember(&p.mu, &p.lists, r.Sum(), func() *pkix.CRL { return pkix.ReadCRL(r.Body) })
}

// OCSP is pkix.OCSPStatus of a response, remembered; a nil Paths remembers
// nothing.
func (p *Paths) OCSP(r Response, cert, issuer *x509.Certificate, now time.Time) pkix.Status {
	if p == nil {
		return pkix.OCSPStatus(r.Body, cert, issuer, now)
	}
	return remember(&p.mu, &p.statuses, statusKey{r.Sum(), cert, issuer, now}, func() pkix.Status {
		return pkix.OCSPStatus(r.Body, cert, issuer, now)
	})
}
