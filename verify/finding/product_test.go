package finding_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/finding"
)

func TestRecognise(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		greeting, ehlo string
		want           finding.Product
	}{
		{"EXCH01.corp.example Microsoft ESMTP MAIL Service ready at Mon, 1 Jun 2026 12:00:00 +0000", "S: 250 EXCH01", finding.Exchange},
		{"esa1.example.com ESMTP", "S: 250-esa1.example.com\nS: 250-8BITMIME\nS: 250-SIZE 104857600\nS: 250 STARTTLS", finding.ESA},
		{"esa1.example.com ESMTP", "S: 250-esa1.example.com\nS: 250-8BITMIME\nS: 250 SIZE 104857600", finding.ESA},
		{"mx.example.com ESMTP", "S: 250-mx.example.com\nS: 250-PIPELINING\nS: 250-8BITMIME\nS: 250-SIZE\nS: 250 STARTTLS", finding.UnknownProduct},
		{"mx.example.com ESMTP", "S: 250 mx.example.com", finding.UnknownProduct},
	} {
		s := &verify.Session{Greeting: verify.Reply{Code: 220, Lines: []string{row.greeting}}, Dialogue: dialogue("C: EHLO a\n" + row.ehlo)}
		assert.Equal(t, row.want, finding.Recognise(s), "%s\n%s", row.greeting, row.ehlo)
	}
	assert.Equal(t, finding.UnknownProduct, finding.Recognise(nil), "nobody was asked")
	assert.Equal(t, finding.UnknownProduct, finding.Recognise(&verify.Session{}), "it never greeted")
}

// Each remedy is for findings that there are, says what to do and how that is
// known.
func TestRemedies(t *testing.T) {
	t.Parallel()
	for _, r := range finding.Remedies() {
		assert.NotEmpty(t, r.Product.Title())
		assert.NotEmpty(t, r.Steps)
		assert.NotEmpty(t, r.Source)
		for _, k := range r.For {
			assert.Same(t, k, finding.Lookup(k.ID))
		}
	}
	off := finding.Lookup("starttls-not-offered")
	got := finding.RemediesOf(finding.ESA, []*finding.Kind{off, finding.Lookup("ptr-missing")})
	if assert.Len(t, got, 1) {
		assert.Equal(t, "Mail Policies, Mail Flow Policies, Default Policy Parameters", got[0].Steps[0])
	}
	assert.Len(t, finding.RemediesOf(finding.ExchangeOnline, []*finding.Kind{off}), 1)
	assert.Empty(t, finding.RemediesOf(finding.ExchangeOnline, nil), "there is nothing to change")
	assert.Empty(t, finding.RemediesOf(finding.UnknownProduct, []*finding.Kind{off}))
	assert.Empty(t, finding.RemediesOf(finding.ESA, []*finding.Kind{finding.Lookup("ptr-missing")}))
}
