package connector_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// validating are the modes that check the certificate.
var validating = []string{"exchange/certificate-validation", "exchange/domain-validation", "exchange/domain-security",
	"exo/certificate-validation", "exo/domain-validation", "exo/domain-validation tls-domain=example.com"}

// without gives the same for every mode that checks the certificate.
func without(want string) []string { return []string{want, want, want, want, want, want} }

// TestValidation is the table of outcomes of the settings that check the
// certificate. Sources: Set-SendConnector, Set-TransportConfig,
// Set-OutboundConnector.
func TestValidation(t *testing.T) {
	t.Parallel()
	const mismatch = "deferred certificate-host-mismatch"
	const known, set = "verified domain example.com", "verified tls-domain example.com"
	rows := []struct {
		name  string
		world world
		want  []string // in the order of validating
	}{
		{"not advertised", world{}, without("deferred " + notOffered)},
		{"answered 454", world{session: starttls(454)}, without("deferred " + refused)},
		{"closed after the 220", world{cert: "SAN=example.com", session: handshake(verify.HandshakeClosed)}, without("deferred validation-failure handshake-closed")},
		{"self-signed", world{cert: "SAN=example.com self-signed"}, without("deferred certificate-not-trusted self-signed")},
		{"private authority", world{cert: "SAN=example.com issuer=private"}, without("deferred certificate-not-trusted unknown-ca")},
		{"no intermediate", world{cert: "SAN=example.com send=leaf"}, without("deferred certificate-not-trusted missing-intermediate")},
		{"expired", world{cert: "SAN=example.com until=-1d"}, without("deferred certificate-expired")},
		{"not yet valid", world{cert: "SAN=example.com from=+1d"}, without("deferred validation-failure not-yet-valid")},
		{"for clients only", world{cert: "SAN=example.com eku=clientAuth"}, without("deferred validation-failure wrong-usage")},
		{"a key of 1024 bits", world{cert: "SAN=example.com key=rsa1024"}, []string{"encrypted", known, known, "encrypted", mismatch, set}},
		{"a SHA-1 signature", world{cert: "SAN=example.com sig=sha1"}, []string{"encrypted", known, known, "encrypted", mismatch, set}},
		{"the domain in SAN", world{cert: "CN=other.example SAN=example.com"}, []string{"encrypted", known, known, "encrypted", mismatch, set}},
		{"the domain in CN", world{cert: "CN=example.com"}, []string{"encrypted", known, known, "encrypted", mismatch, set}},
		{"the domain in CN, another name in SAN", world{cert: "CN=example.com SAN=other.example"}, []string{"encrypted", known, known, "encrypted", mismatch, set}},
		{"the MX name only", world{cert: "SAN=mx.host.example"}, []string{"encrypted", mismatch, mismatch, "encrypted", mismatch, mismatch}},
		{"a name below the domain", world{cert: "SAN=mail.example.com"}, []string{"encrypted", mismatch, mismatch, "encrypted", mismatch, mismatch}},
		{"a star below the domain", world{cert: "SAN=*.example.com"}, []string{"encrypted", mismatch, mismatch, "encrypted", mismatch, mismatch}},
		{"another name", world{cert: "SAN=other.example"}, []string{"encrypted", mismatch, mismatch, "encrypted", mismatch, mismatch}},
	}
	for _, row := range rows {
		for i, want := range row.want {
			t.Run(row.name+"/"+validating[i], func(t *testing.T) {
				t.Parallel()
				v := row.world.judge(t, mode(t, validating[i]))
				assert.Equal(t, want, v.Words())
				assert.Equal(t, v.Outcome == verify.Deferred, v.TryNext)
			})
		}
	}
}

// TestValidationOptions: the readings that Microsoft's documents leave open.
func TestValidationOptions(t *testing.T) {
	t.Parallel()
	const mismatch = "deferred certificate-host-mismatch"
	deep := world{cert: "SAN=*.example.com"}
	for _, row := range []struct {
		world      world
		mode, want string
	}{
		{world{cert: "SAN=mail.partner.example"}, "exchange/domain-validation tls-domain=mail.partner.example", "verified tls-domain mail.partner.example"},
		{world{cert: "SAN=mail.partner.example"}, "exchange/domain-validation tls-domain=partner.example", mismatch},
		{world{cert: "SAN=a.mail.partner.example"}, "exchange/domain-validation tls-domain=*.partner.example", "verified tls-domain *.partner.example"},
		{world{cert: "SAN=*.partner.example"}, "exchange/domain-validation tls-domain=*.partner.example", "verified tls-domain *.partner.example"},
		{world{cert: "SAN=partner.example"}, "exchange/domain-validation tls-domain=*.partner.example", mismatch},
		{world{cert: "SAN=example.com"}, "exchange/domain-validation tls-domain=partner.example", mismatch},
		{deep, "exchange/domain-validation tls-domain=mail.example.com", "verified tls-domain mail.example.com"},
		{deep, "exchange/domain-validation tls-domain=mail.eu.example.com", mismatch},
		{deep, "exchange/domain-validation tls-domain=mail.eu.example.com cert-wildcard=multi-level", "verified tls-domain mail.eu.example.com"},
		{deep, "exo/domain-validation tls-domain=mail.eu.example.com", mismatch},
		{deep, "exo/domain-validation tls-domain=mail.eu.example.com cert-wildcard=multi-level", "verified tls-domain mail.eu.example.com"},
		{world{cert: "SAN=mail.example.com"}, "exchange/domain-security", mismatch},
		{world{cert: "SAN=mail.example.com"}, "exchange/domain-security subdomains=yes", "verified domain example.com"},
		{world{cert: "SAN=notexample.com"}, "exchange/domain-security subdomains=yes", mismatch},
		{world{cert: "SAN=example.com"}, "exchange/certificate-validation revocation-source=required", "deferred validation-failure revocation-offline"},
		{world{cert: "SAN=example.com"}, "exo/domain-validation tls-domain=example.com revocation-source=required", "deferred validation-failure revocation-offline"},
	} {
		assert.Equal(t, row.want, row.world.judge(t, mode(t, row.mode)).Words(), "%s with %s", row.mode, row.world.cert)
	}
}

// TestCertainties: what a verdict rests on, where that is not the whole of it.
func TestCertainties(t *testing.T) {
	t.Parallel()
	asked := func(s *verify.Session) {
		if s.TLS != nil {
			s.TLS.Asked = true
		}
	}
	for _, row := range []struct {
		world world
		mode  string
		want  []string
	}{
		{world{cert: "SAN=other.example"}, "exchange/certificate-validation", []string{"exchange/certificate-validation/valid", "exchange/path/no-source"}},
		{world{cert: "SAN=example.com sig=sha1"}, "exchange/certificate-validation", []string{"exchange/certificate-validation/valid", "exchange/path/no-source", "exchange/path/sha1"}},
		{world{cert: "SAN=example.com"}, "exchange/domain-validation", []string{"exchange/name/san", "exchange/path/no-source"}},
		{world{cert: "CN=example.com SAN=a.example"}, "exchange/domain-validation", []string{"exchange/name/cn-beside-san", "exchange/path/no-source"}},
		{world{cert: "CN=example.com CN=a.example"}, "exchange/domain-validation", []string{"exchange/name/cn", "exchange/name/several-cn", "exchange/path/no-source"}},
		{world{cert: "SAN=example.com", session: asked}, "exchange/domain-security", []string{"exchange/domain-security/san", "exchange/path/no-source"}},
		{world{cert: "SAN=example.com"}, "exchange/domain-security", []string{"exchange/domain-security/san", "exchange/path/no-source", "exchange/domain-security/not-asked"}},
		{world{cert: "SAN=mail.example.com", session: asked}, "exchange/domain-security",
			[]string{"exchange/domain-security/san", "exchange/domain-security/no-subdomains", "exchange/domain-security/cn", "exchange/path/no-source", "exchange/domain-security/unverified", "exchange/queue"}},
		{world{cert: "SAN=example.com until=-1d"}, "exchange/domain-security", []string{"exchange/domain-security/dates", "exchange/domain-security/unverified", "exchange/queue"}},
		{world{cert: "SAN=example.com", routes: []verify.Route{{Name: "mx.host.example"}}}, "exchange/domain-validation",
			[]string{"exchange/name/san", "exchange/domain-validation/smart-host", "exchange/path/no-source"}},
		{world{cert: "SAN=example.com", routes: []verify.Route{{Name: "mx.host.example"}}}, "exchange/domain-validation tls-domain=example.com",
			[]string{"exchange/name/san", "exchange/path/no-source"}},
		{world{cert: "SAN=example.com"}, "exo/domain-validation", []string{"exo/domain-validation/no-tls-domain", "exo/path/no-source", "exo/domain-validation/unverified", "exo/queue"}},
		{world{cert: "SAN=a.example.com"}, "exo/domain-validation tls-domain=*.example.com", []string{"exo/name/san", "exo/name/tls-domain-pattern", "exo/path/no-source"}},
	} {
		assert.Equal(t, row.want, decided(row.world.judge(t, mode(t, row.mode))), "%s with %s", row.mode, row.world.cert)
	}
}

// TestSaidOfCertificates: the texts for a certificate that does not hold.
func TestSaidOfCertificates(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		cert, mode, want string
		certainty        verify.Certainty
	}{
		{"SAN=example.com self-signed", "exchange/certificate-validation", "454 4.7.5 Certificate validation failure, Reason:UntrustedRoot", verify.Recalled},
		{"SAN=other.example", "exchange/domain-validation", "454 4.7.5 Certificate validation failure, Reason:SubjectMismatch", verify.Recalled},
		{"SAN=example.com self-signed", "exchange/domain-security", "A secure connection to domain-secured domain ... could not be established ... UntrustedRoot", verify.Recalled},
		{"SAN=other.example", "exo/domain-validation tls-domain=example.com", "450 4.7.320 Certificate validation failed {MSG=SubjectMismatch}", verify.Documented},
		{"SAN=example.com send=leaf", "exo/certificate-validation", "450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]", verify.Documented},
		{"SAN=example.com until=-1d", "exo/certificate-validation", "450 4.7.320 Certificate validation failed {MSG=CertificateExpired}", verify.Recalled},
	} {
		v := world{cert: row.cert}.judge(t, mode(t, row.mode))
		assert.Equal(t, row.want, v.Said.Text, "%s with %s", row.mode, row.cert)
		assert.Equal(t, row.certainty, v.Said.Certainty, row.want)
	}
}

// TestTLSDomain: what may be set.
func TestTLSDomain(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{"partner.example": true, "*.partner.example": true, "none": true,
		"a.*.partner.example": false, "*": false, "*.*.example": false, "Partner.example": false, "192.0.2.1": false, "a b": false} {
		assert.Equal(t, good, known("exchange/domain-validation tls-domain="+value), value)
	}
}
