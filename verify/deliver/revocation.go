package deliver

import (
	"context"
	"crypto/x509"
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// revocation asks whether the certificates of a path are revoked, and gives the
// path with what that adds to its faults. Like Windows it begins below the root
// and goes down, and only where the path holds so far. staple is the OCSP
// response that came with the handshake.
func (s *Sender) revocation(ctx context.Context, path *pkix.Path, staple []byte, rules verify.RevocationRules) *pkix.Path {
	if verify.PathFaults(path, verify.PathTrust) != "" {
		return path
	}
	var found []pkix.Fault
	began := s.Client.Now()
	for i := len(path.Certs) - 1; i > 0; i-- {
		below := i - 1
		if rules.LeafOnly && below > 0 {
			continue
		}
		state := pkix.StateUndetermined
		missing := below == 0 && staple == nil && rules.MustStaple && pkix.MustStaple(path.Leaf)
		if !missing {
			at := standing{s, path.Certs[below], path.Certs[i], rules, began}
			state = at.find(ctx, below == 0, staple)
		}
		switch {
		case state == pkix.StateRevoked:
			found = append(found, pkix.Fault{Kind: pkix.Revoked, Depth: below})
		case state == pkix.StateUndetermined && (missing || !rules.Soft):
			found = append(found, pkix.Fault{Kind: pkix.RevocationOffline, Depth: below})
		}
	}
	return path.With(found...)
}

// A standing is the question whether one certificate is revoked.
type standing struct {
	sender       *Sender
	cert, issuer *x509.Certificate
	rules        verify.RevocationRules
	began        time.Time // the time for all fetches
}

// find asks one source after another until one knows.
func (q standing) find(ctx context.Context, leaf bool, staple []byte) pkix.State {
	s := q.sender
	if leaf && q.rules.Staple && len(staple) > 0 {
		if said := pkix.OCSPStatus(staple, q.cert, q.issuer, s.Client.Now()); said.State != pkix.StateUndetermined {
			return said.State
		}
	}
	if q.rules.OCSP {
		for _, url := range pkix.Responders(q.cert) {
			der, err := pkix.OCSPRequest(q.cert, q.issuer)
			if err != nil {
				break
			}
			if state := q.ask(ctx, verify.Request{URL: url, Body: string(der)}, func(a verify.Response, now time.Time) pkix.Status {
				return s.Paths.OCSP(a, q.cert, q.issuer, now)
			}); state != pkix.StateUndetermined {
				return state
			}
		}
	}
	if q.rules.CRL {
		for _, url := range pkix.Points(q.cert) {
			if state := q.ask(ctx, verify.Request{URL: url}, func(a verify.Response, now time.Time) pkix.Status {
				return s.Paths.CRL(a).Status(q.cert, q.issuer, now)
			}); state != pkix.StateUndetermined {
				return state
			}
		}
	}
	return pkix.StateUndetermined
}

// ask asks one source, unless the time for all is over.
func (q standing) ask(ctx context.Context, r verify.Request, read func(verify.Response, time.Time) pkix.Status) pkix.State {
	s := q.sender
	left := probe.FetchTimeout
	if q.rules.Within > 0 {
		left = q.rules.Within - s.Client.Now().Sub(q.began)
	}
	if left <= 0 {
		return pkix.StateUndetermined
	}
	a, ok := s.fetch(ctx, r, left)
	if !ok {
		return pkix.StateUndetermined
	}
	said := read(a, s.Client.Now())
	if said.State != pkix.StateUndetermined && !said.Until.IsZero() {
		s.Web.keep(r, a, said.Until)
	}
	return said.State
}
