package finding_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/crypto/ocsp"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/finding"
)

const (
	list      = "http://crl.example.net/a.crl"
	responder = "http://ocsp.example.net/"
)

// Whether a certificate is revoked is known from the staple, from a responder or
// from a list, or it is a finding that nobody knows.
func TestRevocation(t *testing.T) {
	t.Parallel()
	a := authority(t)
	plain := a.host(t, nil)
	listed := a.host(t, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{list} })
	asked := a.host(t, func(c *x509.Certificate) { c.OCSPServer = []string{responder} })
	must := a.host(t, func(c *x509.Certificate) {
		// RFC 7633 section 4.1: TLS feature status_request.
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
	})
	for name, row := range map[string]struct {
		host    *testca.Holder
		staple  []byte
		fetched map[verify.Request]verify.Response
		want    []string
	}{
		"no source":       {plain, nil, nil, nil},
		"good on a list":  {listed, nil, got(list, a.sub.CRL(t, nil, plain)), nil},
		"revoked":         {listed, nil, got(list, a.sub.CRL(t, nil, listed)), []string{"certificate-revoked: the host's own, CRL " + list}},
		"silent":          {listed, nil, map[verify.Request]verify.Response{{URL: list}: {Fault: verify.FetchSilent}}, []string{"revocation-unknown: the host's own, CRL " + list + ": silent"}},
		"404":             {listed, nil, map[verify.Request]verify.Response{{URL: list}: {Code: 404}}, []string{"revocation-unknown: the host's own, CRL " + list + ": status 404"}},
		"staple good":     {asked, a.sub.OCSP(t, asked, ocsp.Good), nil, nil},
		"staple revoked":  {asked, a.sub.OCSP(t, asked, ocsp.Revoked), nil, []string{"certificate-revoked: the host's own, staple"}},
		"without staple":  {must, nil, nil, []string{"staple-missing"}},
		"with its staple": {must, a.sub.OCSP(t, must, ocsp.Good), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := evidence(t, a)
			ev.Fetched = row.fetched
			s := shows(row.host.Raw, a.sub.Raw)
			s.TLS.Staple = row.staple
			hold(ev, finding.Named(), s)
			assert.Equal(t, row.want, found(t, ev))
		})
	}

	ev := evidence(t, a)
	hold(ev, finding.Named(), shows(listed.Raw, a.sub.Raw))
	_, needs := finding.Test{}.Judge(ev)
	assert.Contains(t, needs, verify.Need{Request: verify.Request{URL: list}}, "the list is asked for")
}

func got(url string, body []byte) map[verify.Request]verify.Response {
	return map[verify.Request]verify.Response{{URL: url}: {Code: 200, Body: body}}
}
