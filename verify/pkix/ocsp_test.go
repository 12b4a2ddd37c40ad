package pkix_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	verifypkix "mxlab/verify/pkix"
)

type answerOption func(*ocsp.Response)

// answer makes an OCSP response about a certificate, current at noon, signed by
// the key of a responder, whose certificate comes along unless it is the issuer.
func answer(t testing.TB, issuer, responder, about *made, opts ...answerOption) []byte {
	t.Helper()
	r := ocsp.Response{Status: ocsp.Good, SerialNumber: about.SerialNumber, ThisUpdate: noon.Add(-day), NextUpdate: noon.Add(day)}
	if responder != issuer {
		r.Certificate = responder.Certificate
	}
	for _, o := range opts {
		o(&r)
	}
	der, err := ocsp.CreateResponse(issuer.Certificate, responder.Certificate, r, responder.key)
	require.NoError(t, err)
	return der
}

func answered(status int) answerOption { return func(r *ocsp.Response) { r.Status = status } }
func withdrawn(reason int) answerOption {
	return func(r *ocsp.Response) {
		r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, noon.Add(-2*day), reason
	}
}
func current(this, next time.Duration) answerOption {
	return func(r *ocsp.Response) { r.ThisUpdate, r.NextUpdate = noon.Add(this), noon.Add(next) }
}
func hashed(h crypto.Hash) answerOption { return func(r *ocsp.Response) { r.IssuerHash = h } }

// responder is a certificate for the signing of OCSP responses.
func responder(t *template) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning} }

func TestOCSPStatus(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	other := issue(t, nil, "Other", ca)
	namesake := issue(t, nil, "Root", ca)
	renamed := issue(t, nil, "Renamed", ca, withKey(root.key))
	leaf := issue(t, root, "mx.example.com")
	neighbour := issue(t, root, "mx2.example.com")
	delegate := issue(t, root, "Responder", responder)

	end := noon.Add(day)
	good := verifypkix.Status{State: verifypkix.StateGood, Until: end}
	revoked := func(reason string) verifypkix.Status {
		return verifypkix.Status{State: verifypkix.StateRevoked, At: noon.Add(-2 * day), Reason: reason, Until: end}
	}
	rows := []struct {
		name string
		der  []byte
		want verifypkix.Status
	}{
		{"good, by the issuer", answer(t, root, root, leaf), good},
		{"good, by a delegate", answer(t, root, delegate, leaf), good},
		{"revoked", answer(t, root, root, leaf, withdrawn(0)), revoked("")},
		{"revoked with a reason, by a delegate", answer(t, root, delegate, leaf, withdrawn(1)), revoked("keyCompromise")},
		{"on hold", answer(t, root, root, leaf, withdrawn(6)), revoked("certificateHold")},
		{"unknown", answer(t, root, root, leaf, answered(ocsp.Unknown)), undetermined(verifypkix.DoubtUnknown)},
		{"hashes by SHA-256", answer(t, root, root, leaf, hashed(crypto.SHA256)), good},
		{"hashes by SHA-512", answer(t, root, root, leaf, hashed(crypto.SHA512)), good},

		{"the last second", answer(t, root, root, leaf, current(-day, time.Second)), verifypkix.Status{State: verifypkix.StateGood, Until: noon.Add(time.Second)}},
		{"a second too late", answer(t, root, root, leaf, current(-day, 0), withdrawn(0)), undetermined(verifypkix.DoubtStale)},
		{"the first second", answer(t, root, root, leaf, current(0, day)), good},
		{"a second too early", answer(t, root, root, leaf, current(time.Second, day)), undetermined(verifypkix.DoubtEarly)},
		{"without an end", answer(t, root, root, leaf, func(r *ocsp.Response) { r.NextUpdate = time.Time{} }), verifypkix.Status{State: verifypkix.StateGood}},

		{"about another certificate", answer(t, root, root, neighbour), undetermined(verifypkix.DoubtCertificate)},
		{"about another authority's certificate of that number", answer(t, other, root, leaf), undetermined(verifypkix.DoubtCertificate)},
		{"about that of an authority with that key", answer(t, renamed, root, leaf), undetermined(verifypkix.DoubtCertificate)},
		{"about that of an authority of that name", answer(t, namesake, root, leaf), undetermined(verifypkix.DoubtCertificate)},

		{"signed by another authority", answer(t, root, other, leaf), undetermined(verifypkix.DoubtSigner)},
		{"signed by another key of that name", answer(t, root, namesake, leaf), undetermined(verifypkix.DoubtSignature)},
		{"signed by the certificate itself", answer(t, root, leaf, leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate without usage", answer(t, root, neighbour, leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate for anything", answer(t, root, issue(t, root, "R", usage(x509.ExtKeyUsageAny)), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate of another authority", answer(t, root, issue(t, other, "R", responder), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate of an authority of that name", answer(t, root, issue(t, namesake, "R", responder), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate of an authority with that key", answer(t, root, issue(t, renamed, "R", responder), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate's delegate", answer(t, root, issue(t, issue(t, root, "Between", ca), "R", responder), leaf), undetermined(verifypkix.DoubtSigner)},
		{"an expired delegate", answer(t, root, issue(t, root, "R", responder, expired), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate that is not yet valid", answer(t, root, issue(t, root, "R", responder, notYetValid), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate in its last second", answer(t, root, issue(t, root, "R", responder, until(noon)), leaf), good},
		{"a delegate with a broken signature", answer(t, root, issue(t, root, "R", responder, broken), leaf), undetermined(verifypkix.DoubtSigner)},
		{"a delegate that does not come along", answer(t, root, delegate, leaf, func(r *ocsp.Response) { r.Certificate = nil }), undetermined(verifypkix.DoubtSigner)},
		{"another certificate than the signer's", answer(t, root, delegate, leaf, func(r *ocsp.Response) { r.Certificate = issue(t, root, "R", responder).Certificate }), undetermined(verifypkix.DoubtSigner)},
		{"the issuer, which comes along", answer(t, root, root, leaf, func(r *ocsp.Response) { r.Certificate = root.Certificate }), good},
		{"spoiled", spoiled(answer(t, root, root, leaf)), undetermined(verifypkix.DoubtSignature)},

		{"try later", ocsp.TryLaterErrorResponse, undetermined(verifypkix.DoubtTryLater)},
		{"unauthorized", ocsp.UnauthorizedErrorResponse, undetermined(verifypkix.DoubtError)},
		{"internal error", ocsp.InternalErrorErrorResponse, undetermined(verifypkix.DoubtError)},
		{"cut short", answer(t, root, root, leaf)[:100], undetermined(verifypkix.DoubtUnparsable)},
		{"a certificate", leaf.Raw, undetermined(verifypkix.DoubtUnparsable)},
		{"nothing", nil, undetermined(verifypkix.DoubtUnparsable)},
		{"an unknown critical extension", answer(t, root, root, leaf, func(r *ocsp.Response) {
			r.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0}}}
		}), undetermined(verifypkix.DoubtUnparsable)},
	}
	for _, row := range rows {
		assert.Equal(t, row.want, verifypkix.OCSPStatus(row.der, leaf.Certificate, root.Certificate, noon), row.name)
	}
}

// The parts of a response (RFC 6960 section 4.2.1), to put others together.
type basicParts struct {
	Data struct {
		Responder  asn1.RawValue
		ProducedAt asn1.RawValue
		Singles    []asn1.RawValue
	}
	Algorithm asn1.RawValue
	Signature asn1.BitString
	Certs     []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type wrapping struct {
	Status asn1.Enumerated
	Bytes  struct {
		Type asn1.ObjectIdentifier
		Body []byte
	} `asn1:"explicit,tag:0"`
}

// reassembled changes the parts of a response, and signs it anew.
func reassembled(t testing.TB, signer *made, der []byte, change func(*basicParts)) []byte {
	t.Helper()
	var w wrapping
	var parts basicParts
	_, err := asn1.Unmarshal(der, &w)
	require.NoError(t, err)
	_, err = asn1.Unmarshal(w.Bytes.Body, &parts)
	require.NoError(t, err)
	change(&parts)
	data, err := asn1.Marshal(parts.Data)
	require.NoError(t, err)
	h := crypto.SHA256.New()
	h.Write(data)
	sum, err := signer.key.Sign(rand.Reader, h.Sum(nil), crypto.SHA256)
	require.NoError(t, err)
	parts.Signature = asn1.BitString{Bytes: sum, BitLength: 8 * len(sum)}
	w.Bytes.Body, err = asn1.Marshal(parts)
	require.NoError(t, err)
	der, err = asn1.Marshal(w)
	require.NoError(t, err)
	return der
}

func partsOf(t testing.TB, der []byte) (parts basicParts) {
	t.Helper()
	var w wrapping
	_, err := asn1.Unmarshal(der, &w)
	require.NoError(t, err)
	_, err = asn1.Unmarshal(w.Bytes.Body, &parts)
	require.NoError(t, err)
	return parts
}

// TestOCSPSingles: of several single responses the one with the whole certID
// counts, wherever it stands. The ocsp package would take the first with the
// serial number.
func TestOCSPSingles(t *testing.T) {
	t.Parallel()
	root, other := issue(t, nil, "Root", ca), issue(t, nil, "Other", ca)
	leaf := issue(t, root, "mx.example.com")
	single := func(issuer *made, opts ...answerOption) asn1.RawValue {
		return partsOf(t, answer(t, issuer, issuer, leaf, opts...)).Data.Singles[0]
	}
	others := make([]asn1.RawValue, 11)
	for i := range others {
		others[i] = single(other)
	}
	for _, row := range []struct {
		name    string
		singles []asn1.RawValue
		want    verifypkix.State
	}{
		{"another authority's before it", []asn1.RawValue{single(other), single(root, withdrawn(0))}, verifypkix.StateRevoked},
		{"another authority's behind it", []asn1.RawValue{single(root), single(other, withdrawn(0))}, verifypkix.StateGood},
		{"the first of two", []asn1.RawValue{single(root, withdrawn(0)), single(root)}, verifypkix.StateRevoked},
		{"none", []asn1.RawValue{}, verifypkix.StateUndetermined},
		{"behind more than are looked at", append(others, single(root)), verifypkix.StateUndetermined},
	} {
		der := reassembled(t, root, answer(t, root, root, leaf), func(p *basicParts) { p.Data.Singles = row.singles })
		assert.Equal(t, row.want, verifypkix.OCSPStatus(der, leaf.Certificate, root.Certificate, noon).State, row.name)
	}
}

// TestOCSPCertificates: the signer's may be any of those that came along.
func TestOCSPCertificates(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	leaf, delegate := issue(t, root, "mx.example.com"), issue(t, root, "Responder", responder)
	der := answer(t, root, delegate, leaf)
	raw := func(c *made) asn1.RawValue { return asn1.RawValue{FullBytes: c.Raw} }
	many := make([]asn1.RawValue, 10)
	for i := range many {
		many[i] = raw(leaf)
	}
	for _, row := range []struct {
		name  string
		certs []asn1.RawValue
		want  verifypkix.Doubt
	}{
		{"the last", []asn1.RawValue{raw(leaf), {Tag: 16, IsCompound: true, Bytes: []byte{5, 0}}, raw(root), raw(delegate)}, ""},
		{"behind more than are looked at", append(many, raw(delegate)), verifypkix.DoubtSigner},
	} {
		der := reassembled(t, delegate, der, func(p *basicParts) { p.Certs = row.certs })
		assert.Equal(t, row.want, verifypkix.OCSPStatus(der, leaf.Certificate, root.Certificate, noon).Doubt, row.name)
	}
}

// TestOCSPResponderByKey: a responder may be named by the hash of its key.
func TestOCSPResponderByKey(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	leaf := issue(t, root, "mx.example.com")
	hash := func(c *made) asn1.RawValue {
		var spki struct {
			Algorithm asn1.RawValue
			Key       asn1.BitString
		}
		_, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &spki)
		require.NoError(t, err)
		h := crypto.SHA1.New()
		h.Write(spki.Key.Bytes)
		octets, err := asn1.Marshal(h.Sum(nil))
		require.NoError(t, err)
		return asn1.RawValue{Class: 2, Tag: 2, IsCompound: true, Bytes: octets}
	}
	for named, want := range map[*made]verifypkix.Doubt{root: "", leaf: verifypkix.DoubtSigner} {
		der := reassembled(t, root, answer(t, root, root, leaf), func(p *basicParts) { p.Data.Responder = hash(named) })
		assert.Equal(t, want, verifypkix.OCSPStatus(der, leaf.Certificate, root.Certificate, noon).Doubt)
	}
}

func TestOCSPRequest(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca)
	leaf := issue(t, root, "mx.example.com")
	der, err := verifypkix.OCSPRequest(leaf.Certificate, root.Certificate)
	require.NoError(t, err)
	again, err := verifypkix.OCSPRequest(leaf.Certificate, root.Certificate)
	require.NoError(t, err)
	assert.Equal(t, der, again)
	r, err := ocsp.ParseRequest(der)
	require.NoError(t, err)
	assert.Equal(t, leaf.SerialNumber, r.SerialNumber)
	assert.Equal(t, crypto.SHA1, r.HashAlgorithm)
}
