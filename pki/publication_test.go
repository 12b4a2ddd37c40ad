package pki_test

import (
	"errors"
	"testing"
	"time"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePublication(t *testing.T) {
	t.Parallel()
	with := func(kind pki.Kind, change func(*pki.Publication)) pki.Publication {
		p := pki.Publication{Kind: kind, Of: "public", From: -day, Until: 6 * day, Renewed: true}
		change(&p)
		return p
	}
	once := func(from, until time.Duration) func(*pki.Publication) {
		return func(p *pki.Publication) { p.From, p.Until, p.Renewed = from, until, false }
	}
	rows := map[string]pki.Publication{
		"crl":                                    with(pki.CRL, func(*pki.Publication) {}),
		" crl\tissuer=private root ":             with(pki.CRL, func(p *pki.Publication) { p.Of, p.Root = "private", true }),
		"crl issuer=x only=ca":                   with(pki.CRL, func(p *pki.Publication) { p.Of, p.Only = "x", "ca" }),
		"crl only=user signed-by=y der=broken":   with(pki.CRL, func(p *pki.Publication) { p.Only, p.SignedBy, p.Broken = "user", "y", true }),
		"crl size=10MB":                          with(pki.CRL, func(p *pki.Publication) { p.Size = 10_000_000 }),
		"crl size=100kB":                         with(pki.CRL, func(p *pki.Publication) { p.Size = 100_000 }),
		"crl from=-3d until=-2d":                 with(pki.CRL, once(-3*day, -2*day)),
		"crl until=-1d":                          with(pki.CRL, once(-8*day, -day)),
		"crl until=+2h":                          with(pki.CRL, once(-day, 2*time.Hour)),
		"crl from=+1d":                           with(pki.CRL, once(day, 6*day)),
		"crl from=+9d":                           with(pki.CRL, once(9*day, 16*day)),
		"ocsp":                                   with(pki.OCSP, func(*pki.Publication) {}),
		"ocsp answers=try-later":                 with(pki.OCSP, func(p *pki.Publication) { p.Answers = "try-later" }),
		"ocsp answers=unauthorized":              with(pki.OCSP, func(p *pki.Publication) { p.Answers = "unauthorized" }),
		"ocsp signed-by=private answers=unknown": with(pki.OCSP, func(p *pki.Publication) { p.SignedBy, p.Answers = "private", "unknown" }),
		"ocsp until=none":                        with(pki.OCSP, func(p *pki.Publication) { p.Endless = true }),
		"ocsp from=-9d until=none": with(pki.OCSP, func(p *pki.Publication) {
			once(-9*day, 6*day)(p)
			p.Endless = true
		}),
		"certificate":                 with(pki.CAIssuers, func(*pki.Publication) {}),
		"certificate of=private":      with(pki.CAIssuers, func(p *pki.Publication) { p.Of = "private" }),
		"certificate of=a der=broken": with(pki.CAIssuers, func(p *pki.Publication) { p.Of, p.Broken = "a", true }),
	}
	for line, want := range rows {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got, err := pki.ParsePublication(line)
			require.NoError(t, err)
			for _, w := range got.Words {
				assert.Equal(t, w.Text, line[w.Offset:w.Offset+len(w.Text)])
			}
			got.Words = nil
			assert.Equal(t, want, got)
		})
	}
}

func TestParsePublicationErrors(t *testing.T) {
	t.Parallel()
	rows := []struct {
		line   string
		offset int
		says   string
	}{
		{"", 0, "begin it with one of crl ocsp certificate"},
		{"issuer=public", 0, "begin it with one of crl ocsp certificate"},
		{" clr", 1, `unknown word "clr"; begin the line with crl`},
		{"crl crl", 4, `unknown word "crl"`},
		{"crl issur=public", 4, `unknown word "issur="; write issuer=`},
		{"crl issuer", 4, "write issuer=..."},
		{"crl root=yes", 8, "write root alone"},
		{"crl issuer=", 11, "issuer= has no value"},
		{"crl root root", 9, "a second time"},
		{"crl answers=good", 4, "behind crl stand issuer= root"},
		{"crl of=public", 4, "behind crl stand issuer="},
		{"ocsp size=10MB", 5, "behind ocsp stand issuer="},
		{"certificate issuer=a", 12, "behind certificate stand of="},
		{"certificate until=+1d", 12, "behind certificate stand of="},
		{"crl issuer=a,b", 11, `"a,b" is not a label`},
		{"crl issuer=root", 11, "write issuer=public"},
		{"ocsp signed-by=leaf", 15, "write signed-by=public"},
		{"crl issuer=a root", 13, "root is that of a hierarchy"},
		{"crl until=none", 10, "-90d, +1y or 12h"},
		{"crl from=+2d until=+1d", 13, "write until= after from="},
		{"ocsp answers=god", 13, "write answers=good"},
		{"crl only=leaf", 9, "one of user ca"},
		{"crl size=10", 9, "as in 10MB"},
		{"crl size=0MB", 9, "as in 10MB"},
		{"crl size=MB", 9, "as in 10MB"},
		{"crl size=101MB", 9, "at most 100MB"},
		{"crl size=99999999999kB", 9, "as in 10MB"},
		{"crl der=pem", 8, "write der=broken"},
		{`crl issuer="a`, 11, "not closed"},
	}
	for _, row := range rows {
		t.Run(row.line, func(t *testing.T) {
			t.Parallel()
			_, err := pki.ParsePublication(row.line)
			var syntax *pki.SyntaxError
			require.True(t, errors.As(err, &syntax), "error is %v", err)
			assert.Equal(t, row.offset, syntax.Offset, "offset of %q", syntax.Msg)
			assert.Contains(t, syntax.Msg, row.says)
		})
	}
}

func TestCheckPublication(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "sub: ca CN=Sub", "mx: CN=mx.example", "ed: ca CN=Ed key=ed25519", "own: CN=own.example self-signed")
	rows := []struct {
		line   string
		offset int
		says   string // nothing if the line is right
	}{
		{"crl", 0, ""}, {"crl issuer=sub signed-by=mx", 0, ""}, {"certificate of=mx", 0, ""}, {"crl issuer=ed", 0, ""},
		{"ocsp issuer=ed signed-by=mx", 0, ""}, {"crl issuer=own", 0, ""},
		{"crl issuer=sbu", 11, `no line has the label "sbu"; write sub`},
		{"crl issuer=mx", 11, "mx is not an authority"},
		{"certificate of=nothing", 15, "one of public private ed mx own sub"},
		{"ocsp signed-by=nothing", 15, "one of public private ed mx own sub"},
		{"ocsp issuer=ed", 0, "ed has an Ed25519 key"},
		{"ocsp signed-by=ed", 0, "ed has an Ed25519 key"},
	}
	for _, row := range rows {
		p, err := pki.ParsePublication(row.line)
		require.NoError(t, err, row.line)
		err = lab.CheckPublication(p)
		if row.says == "" {
			assert.NoError(t, err, row.line)
			continue
		}
		var syntax *pki.SyntaxError
		if assert.True(t, errors.As(err, &syntax), "%s: %v", row.line, err) {
			assert.Equal(t, row.offset, syntax.Offset, row.line)
			assert.Contains(t, syntax.Msg, row.says, row.line)
		}
		_, err = lab.Publish(p, nil, noon)
		assert.ErrorAs(t, err, &syntax, "nothing wrong is published")
	}
}
