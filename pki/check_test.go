package pki_test

import (
	"testing"

	"mxlab/pki"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fault is a LabelError in a form that compares well.
type fault struct {
	label  string
	offset int
	says   string
}

func TestCheck(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		lines []string
		want  []fault
	}{
		"nothing": {nil, nil},
		"all is well": {[]string{
			"a: CN=a issuer=b send=leaf,b,c",
			"b: ca CN=b issuer=c",
			"c: ca CN=c self-signed",
			"d: CN=d send=leaf,d,issuer,root",
		}, nil},
		"unknown issuer": {
			[]string{"a: CN=a issuer=ssl-c", "ssl-ca: ca CN=t"},
			[]fault{{"a", 12, `no line has the label "ssl-c"; write ssl-ca`}},
		},
		"unknown issuer, none near": {
			[]string{"a: CN=a issuer=ssl-ca"},
			[]fault{{"a", 12, "write one of public private"}},
		},
		"near a word": {
			[]string{"a: CN=a issuer=pubilc"},
			[]fault{{"a", 12, "write public"}},
		},
		"not an authority": {
			[]string{"a: CN=a issuer=ssl-ca", "ssl-ca: CN=t"},
			[]fault{{"a", 12, "ssl-ca is not an authority; add the word ca to its line"}},
		},
		"unknown sent": {
			[]string{"a: send=leaf,b,x,roto CN=a", "b: CN=b"},
			[]fault{
				{"a", 12, `no line has the label "x"; write one of leaf issuer root a b`},
				{"a", 14, `no line has the label "roto"; write root`},
			},
		},
		"staple of a key that signs none": {
			[]string{"a: CN=a issuer=ed staple=good", "ed: ca CN=ed key=ed25519"},
			[]fault{{"a", 22, "ed has an Ed25519 key"}},
		},
		"own issuer": {
			[]string{"a: ca CN=a issuer=a"},
			[]fault{{"a", 15, "in a circle: a, a"}},
		},
		"circle": {
			[]string{"c: CN=c issuer=b send=leaf,root", "b: ca CN=b issuer=a", "a: ca CN=a issuer=b"},
			[]fault{
				{"a", 15, "in a circle: a, b, a; write issuer=public"},
				{"b", 15, "in a circle: b, a, b"},
			},
		},
		"key of nobody": {
			[]string{"a: CN=a key-of=odl-root", "old-root: ca CN=o self-signed"},
			[]fault{{"a", 12, `no line has the label "odl-root"; write old-root`}},
		},
		"keys in a circle": {
			[]string{"a: CN=a key-of=b", "b: CN=b key-of=c", "c: CN=c key-of=b"},
			[]fault{{"b", 12, "the keys go in a circle: b, c, b"}, {"c", 12, "c, b, c"}},
		},
		"a key that cannot sign so": {
			[]string{"a: CN=a sig=md5", "b: CN=b self-signed sig=md5 key=ed25519", "c: CN=c issuer=r sig=md5", "r: ca CN=r key-of=k", "k: CN=k key=rsa2048"},
			[]fault{
				{"a", 9, "only an RSA key signs with MD5; write key=rsa2048 in the line of the issuer, which has p256"},
				{"b", 21, "an Ed25519 key signs in one way only"},
			},
		},
		"not an authority, and signs": {[]string{"a: CN=a issuer=b", "b: CN=b not-ca"}, nil},
		"several lines": {
			[]string{"b: CN=b issuer=y", "a: CN=a issuer=x send=leaf,z"},
			[]fault{{"a", 12, `"x"`}, {"a", 24, `"z"`}, {"b", 12, `"y"`}},
		},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, noon, row.lines...)
			err := lab.Check()
			if row.want == nil {
				require.NoError(t, err)
				return
			}
			assertFaults(t, row.want, err)
		})
	}
}

func assertFaults(t *testing.T, want []fault, err error) {
	t.Helper()
	var errs pki.LabelErrors
	require.ErrorAs(t, err, &errs)
	var syntax *pki.SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Len(t, errs, len(want), "%v", err)
	for i, w := range want {
		assert.Equal(t, w.label, errs[i].Label, "%v", errs[i])
		assert.Equal(t, w.offset, errs[i].Err.Offset, "%v", errs[i])
		assert.Contains(t, errs[i].Err.Msg, w.says)
	}
}

// Issue tells of every fault on its way, of no other, and works once the
// missing line is there.
func TestIssueWithFaults(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon,
		"a: CN=a issuer=b send=leaf,c",
		"b: ca CN=b issuer=late",
		"c: CN=c issuer=later",
		"other: CN=o issuer=nowhere",
		"fine: CN=f",
	)
	_, err := lab.Issue("a")
	assertFaults(t, []fault{{"b", 15, `"late"`}, {"c", 12, `"later"`}}, err)
	require.NoError(t, lab.Add("late", mustParse(t, "ca CN=late")))
	require.NoError(t, lab.Add("later", mustParse(t, "ca CN=later issuer=private")))
	assert.Equal(t, []string{"a", "c"}, names(t, issue(t, lab, "a").Sent))
	issue(t, lab, "fine")

	ring := newLab(t, noon, "a: ca CN=a issuer=b", "b: ca CN=b issuer=a", "c: CN=c issuer=a send=leaf,root")
	_, err = ring.Issue("c")
	assertFaults(t, []fault{{"a", 15, "circle"}, {"b", 15, "circle"}}, err)
}

func TestIssueUnknownLabel(t *testing.T) {
	t.Parallel()
	lab := newLab(t, noon, "hosted: CN=a")
	for _, label := range []string{"hsoted", "", "public", "public root"} {
		_, err := lab.Issue(label)
		assert.Error(t, err, label)
	}
	_, err := lab.Issue("hsoted")
	assert.ErrorContains(t, err, "did you mean hosted?")
}

func TestAddErrors(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"":        "1 to 64",
		"a b":     "not a label",
		"a,b":     "not a label",
		"-a":      "not a label",
		"é":       "not a label",
		"public":  "meaning of its own",
		"private": "meaning of its own",
		"leaf":    "meaning of its own",
		"issuer":  "meaning of its own",
		"root":    "meaning of its own",
		"taken":   "given twice",
	}
	for label, says := range rows {
		lab := newLab(t, noon, "taken: CN=a")
		err := lab.Add(label, mustParse(t, "CN=b"))
		var bad *pki.LabelError
		if assert.ErrorAs(t, err, &bad, label) {
			assert.Equal(t, label, bad.Label)
			assert.Contains(t, bad.Err.Msg, says, label)
		}
	}
	assert.ErrorContains(t, pki.NewLab(noon).Add("a", pki.Spec{CN: "a"}), "ParseLine")
}
