package verify

import (
	"crypto/x509"
	"fmt"
	"time"

	"mxlab/verify/pkix"
)

// An inquiry asks the sources of revocation data for the certificates of one
// path.
type inquiry struct {
	ev      Evidence
	path    *pkix.Path
	left    time.Duration // of the time for all fetches, if that is bounded
	bounded bool
	found   []Finding
	needs   []Need
}

// A source is one address that a certificate names.
type source struct {
	from    Informant
	request Request
	status  func(Response) pkix.Status
}

// sources lists those of a certificate, in the order in which they are asked.
func (in *inquiry) sources(cert, issuer *x509.Certificate, rules RevocationRules) (list []source) {
	if der, err := pkix.OCSPRequest(cert, issuer); rules.OCSP && err == nil {
		for _, url := range pkix.Responders(cert) {
			list = append(list, source{FromOCSP, Request{URL: url, Body: string(der)}, func(r Response) pkix.Status {
				return in.ev.Paths.OCSP(r, cert, issuer, in.ev.Now)
			}})
		}
	}
	if rules.CRL {
		for _, url := range pkix.Points(cert) {
			list = append(list, source{FromCRL, Request{URL: url}, func(r Response) pkix.Status {
				return in.ev.Paths.CRL(r).Status(cert, issuer, in.ev.Now)
			}})
		}
	}
	return list
}

var undetermined = pkix.Status{State: pkix.StateUndetermined}

// certificate finds out about one certificate. The state is empty if a fetch is
// needed first.
func (in *inquiry) certificate(depth int, staple []byte, rules RevocationRules) pkix.State {
	cert, issuer := in.path.Certs[depth], in.path.Certs[depth+1]
	if rules.Staple && len(staple) > 0 {
		s := pkix.OCSPStatus(staple, cert, issuer, in.ev.Now)
		if in.note(Finding{Depth: depth, From: FromStaple, Status: s}) {
			return s.State
		}
	}
	sources := in.sources(cert, issuer, rules)
	for _, s := range sources {
		f := Finding{Depth: depth, From: s.from, URL: s.request.URL, Status: undetermined}
		r, needs := in.fetch(s.request)
		switch {
		case needs != nil:
			in.needs = append(in.needs, needs...)
			return ""
		case r.Fault != "":
			f.Why = string(r.Fault)
		case !r.OK():
			f.Why = fmt.Sprintf("status %d", r.Code)
		default:
			f.Status = s.status(r)
		}
		if in.note(f) {
			return f.Status.State
		}
	}
	if len(sources) == 0 {
		in.note(Finding{Depth: depth, Status: undetermined, Why: noSource})
	}
	return pkix.StateUndetermined
}

// fetch gives a response within the time that is left. One that came later the
// sender did not wait for.
func (in *inquiry) fetch(r Request) (Response, []Need) {
	if in.bounded && in.left <= 0 {
		return Response{Fault: noTime}, nil
	}
	a, needs := in.ev.Fetch(r)
	if !in.bounded || needs != nil {
		return a, needs
	}
	if a.Took >= in.left {
		a = Response{Fault: FetchSilent, Took: in.left}
	}
	in.left -= a.Took
	return a, nil
}

// note keeps a finding, and reports whether it settles the matter.
func (in *inquiry) note(f Finding) bool {
	s := f.Status
	switch {
	case f.Why != "":
	case s.State == pkix.StateUndetermined:
		f.Why = string(s.Doubt)
	case s.Reason != "":
		f.Why = string(s.State) + ", " + s.Reason
	default:
		f.Why = string(s.State)
	}
	in.found = append(in.found, f)
	return s.State != pkix.StateUndetermined
}
