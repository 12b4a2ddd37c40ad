package docs_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// section gives the part of docs/scenario.md below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("scenario.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, ok, "there is no section %s", heading)
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

// words gives the code spans in the first column of the first table of a
// section, row by row.
func words(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	span := regexp.MustCompile("`([^`]+)`")
	_, table, _ := strings.Cut(section(t, heading), "|---")
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			if strings.TrimSpace(line) == "" {
				break
			}
			continue
		}
		var row []string
		for _, m := range span.FindAllStringSubmatch(strings.Split(line, " | ")[0], -1) {
			row = append(row, m[1])
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	require.Greater(t, len(rows), 8, "rows of the table under %s", heading)
	return rows
}

// plays starts the world of a scenario and sends through it under every mode:
// judgement and delivery must agree. It tells why the file cannot be read.
func plays(t *testing.T, src string) error {
	t.Helper()
	s, err := scenarios.Parse("word.yaml", "word", []byte(src))
	if err != nil {
		return err
	}
	r, err := world.Start(t, s).Run(t.Context(), scenarios.Modes())
	require.NoError(t, err, src)
	assert.Empty(t, r.Strays, src)
	for _, m := range r.Modes {
		assert.Empty(t, m.Disagreement(), "%s\n%s", m.Policy.Mode(), src)
	}
	return nil
}

const frame = `title: t
domain: example.com
zone: |
  example.com.             300 IN MX 10 mx1.example.com.
  mx1.example.com.         300 IN A 192.0.2.1
  1.2.0.192.in-addr.arpa.  300 IN PTR mx1.example.com.
certs:
  own: CN="Own CA" ca
  sub: CN="Sub CA" ca issuer=own
`

// Every word of a host line can be played as it stands in the table. A word
// without its key is a value of the first one of the row.
func TestHostWords(t *testing.T) {
	t.Parallel()
	for _, word := range fakemx.Vocabulary() {
		key, value, _ := strings.Cut(word, "=")
		at := strings.Index(section(t, "Host lines"), "`"+key)
		if assert.GreaterOrEqual(t, at, 0, "%s is in the table of host lines", key) && regexp.MustCompile(`^[a-z-]+$`).MatchString(value) {
			assert.Regexp(t, "[`=]"+value+"`", section(t, "Host lines"), "%s is in the table of host lines", word)
		}
	}
	for _, row := range words(t, "Host lines") {
		key, _, _ := strings.Cut(row[0], "=")
		for _, word := range row {
			t.Run(word, func(t *testing.T) {
				t.Parallel()
				err := plays(t, frame+"  mx: SAN=example.com\nhosts:\n  192.0.2.1: mx, "+word+"\n")
				if err != nil {
					err = plays(t, frame+"  mx: SAN=example.com\nhosts:\n  192.0.2.1: mx, "+key+"="+word+"\n")
				}
				assert.NoError(t, err)
			})
		}
	}
}

// Every fault of the DNS can be played, and the table has every kind.
func TestFaultWords(t *testing.T) {
	t.Parallel()
	part := section(t, "Faults")
	for _, kind := range fakedns.FaultKinds() {
		assert.Regexp(t, "`"+regexp.QuoteMeta(string(kind))+"[ =`]", part, "the table of faults")
	}
	for _, row := range words(t, "Faults") {
		for _, word := range row {
			t.Run(word, func(t *testing.T) {
				t.Parallel()
				if strings.HasPrefix(word, "tcp=") {
					word = "truncate OWNER TYPE " + word
				} else if !strings.Contains(word, "OWNER") {
					word += " OWNER TYPE"
				}
				word = strings.Replace(word, "OWNER TYPE", "1.2.0.192.in-addr.arpa. PTR", 1)
				assert.NoError(t, plays(t, frame+"  mx: CN=mx1.example.com\nhosts:\n  192.0.2.1: mx\nfaults:\n  - "+word+"\n"))
			})
		}
	}
}

// Every word of a certificate line can be played: beside a name, on an
// authority that signs the host's certificate, or alone.
func TestCertificateWords(t *testing.T) {
	t.Parallel()
	for _, word := range pki.Vocabulary() {
		assert.Contains(t, section(t, "Certificate lines"), "`"+word, "the table of certificate lines")
	}
	for _, row := range words(t, "Certificate lines") {
		for _, word := range row {
			t.Run(word, func(t *testing.T) {
				t.Parallel()
				word = strings.NewReplacer("TEXT", "mail", "LABEL", "own").Replace(word)
				var err error
				for _, lines := range []string{
					"  mx: SAN=example.com " + word + "\n",
					"  mx: " + word + "\n",
					"  mx: SAN=example.com issuer=top\n  top: CN=top " + word + "\n",
					"  mx: SAN=example.com issuer=top\n  top: CN=top ca " + word + "\n",
					"  mx: SAN=example.com issuer=top\n  top: CN=top ca self-signed " + word + "\n",
				} {
					if err = plays(t, frame+lines+"hosts:\n  192.0.2.1: mx\n"); err == nil {
						return
					}
				}
				assert.NoError(t, err)
			})
		}
	}
}

// Every word of a line under web: can be played as it stands in the table, at
// the URL that a certificate names.
func TestWebWords(t *testing.T) {
	t.Parallel()
	part := section(t, "Web")
	for _, word := range append(pki.PublicationVocabulary(), scenarios.WebVocabulary()...) {
		if key, _, valued := strings.Cut(word, "="); valued {
			word = key + "="
		}
		assert.Regexp(t, "`([a-z]+,? )?"+word, part, "the table of web words")
	}
	for _, row := range words(t, "Web") {
		for _, word := range row {
			t.Run(word, func(t *testing.T) {
				t.Parallel()
				host := "  mx: SAN=example.com crl=http://mx1.example.com/ ocsp=http://mx1.example.com/ aia=http://mx1.example.com/\nhosts:\n  192.0.2.1: mx\n"
				crl := "  http://crl.example.net/: silent\n"
				if strings.HasPrefix(word, "connect=") {
					crl = ""
				}
				zone := strings.Replace(frame, "certs:", "  crl.example.net. 300 IN A 192.0.2.80\ncerts:", 1)
				assert.NoError(t, plays(t, zone+host+"web:\n  http://mx1.example.com/: "+word+"\n"+crl))
			})
		}
	}
}

// Every key of the schema has a place in the reference, and so has every
// fragment.
func TestKeys(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("scenario.md")
	require.NoError(t, err)
	var all any
	require.NoError(t, json.Unmarshal(scenarios.Schema(), &all))
	seen := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if p, ok := v["properties"].(map[string]any); ok {
				for key := range p {
					seen++
					assert.True(t, strings.Contains(string(text), "`"+key+":`"), "%s: has no row in a table", key)
					assert.True(t, regexp.MustCompile(`(?m)^[ -]*`+key+`:( |$)`).Match(text), "%s: stands in no scenario", key)
				}
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(all)
	assert.Greater(t, seen, 40)
	for _, f := range scenarios.Fragments() {
		assert.Contains(t, string(text), "| `"+f.Name+"` | "+f.Title+" |")
	}
}
