package deliver_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

const (
	list      = "crl=http://web.example.net/list"
	responder = "ocsp=http://web.example.net/ocsp"
)

// TestIncidents: what an authority of the world publishes, and how its web hosts
// go wrong, comes to the same in the judgement and in a sender that asks step by
// step. The octets are made by others than those who read them.
func TestIncidents(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		cert   string
		web    []string // lines behind the URL of the list, or of the responder
		faults []string
		took   time.Duration // for the sender
	}{
		{"a list without it", list, []string{"list: crl"}, nil, 0},
		{"a list with it", list + " revoked", []string{"list: crl"}, []string{"revoked"}, 0},
		{"it was revoked behind the list's date", list + " revoked=-1h", []string{"list: crl"}, nil, 0},
		{"a stale list", list + " revoked", []string{"list: crl from=-8d until=-1d"}, []string{"revocation-offline"}, 0},
		{"a list of tomorrow", list, []string{"list: crl from=+1d until=+8d"}, []string{"revocation-offline"}, 0},
		{"another authority's list", list, []string{"list: crl issuer=private"}, []string{"revocation-offline"}, 0},
		{"a list with another's signature", list, []string{"list: crl signed-by=private"}, []string{"revocation-offline"}, 0},
		{"a list of hosts only", list + " revoked", []string{"list: crl only=user"}, []string{"revoked"}, 0},
		{"a list of authorities only", list, []string{"list: crl only=ca"}, []string{"revocation-offline"}, 0},
		{"a large list", list + " revoked", []string{"list: crl size=10MB"}, []string{"revoked"}, 0},
		{"a broken list", list, []string{"list: crl der=broken"}, []string{"revocation-offline"}, 0},
		{"a list that is no list", list, []string{"list: crl, body=garbage"}, []string{"revocation-offline"}, 0},
		{"an empty list", list, []string{"list: crl, body=empty"}, []string{"revocation-offline"}, 0},
		{"nothing there", list, []string{"list: status=404"}, []string{"revocation-offline"}, 0},
		{"a list elsewhere", list + " revoked", []string{"list: redirect=http://web.example.net/new", "new: crl"}, []string{"revoked"}, 0},
		{"a circle", list, []string{"list: redirect=http://web.example.net/list"}, []string{"revocation-offline"}, 0},
		{"a late list", list, []string{"list: crl, delay=14s"}, nil, 14 * time.Second},
		{"a list that is too late", list, []string{"list: crl, delay=15s"}, []string{"revocation-offline"}, 15 * time.Second},
		{"a silent host", list, []string{"list: silent"}, []string{"revocation-offline"}, 15 * time.Second},
		{"a host that takes no connection", list, []string{"list: connect=refused"}, []string{"revocation-offline"}, 0},
		{"a host that does not answer", list, []string{"list: connect=silent"}, []string{"revocation-offline"}, 15 * time.Second},

		{"good", responder, []string{"ocsp: ocsp"}, nil, 0},
		{"revoked", responder + " revoked", []string{"ocsp: ocsp"}, []string{"revoked"}, 0},
		{"unknown", responder, []string{"ocsp: ocsp answers=unknown"}, []string{"revocation-offline"}, 0},
		{"try later", responder, []string{"ocsp: ocsp answers=try-later"}, []string{"revocation-offline"}, 0},
		{"unauthorized", responder, []string{"ocsp: ocsp answers=unauthorized"}, []string{"revocation-offline"}, 0},
		{"a stale answer", responder, []string{"ocsp: ocsp from=-8d until=-1d"}, []string{"revocation-offline"}, 0},
		{"an answer without an end", responder, []string{"ocsp: ocsp until=none"}, nil, 0},
		{"another authority's answer", responder, []string{"ocsp: ocsp issuer=private"}, []string{"revocation-offline"}, 0},
		{"a responder of its own", responder + " revoked", []string{"ocsp: ocsp signed-by=responder"}, []string{"revoked"}, 0},
		{"the wrong signer", responder, []string{"ocsp: ocsp signed-by=other"}, []string{"revocation-offline"}, 0},
		{"the list behind the responder", responder + " " + list + " revoked", []string{"ocsp: ocsp answers=try-later", "list: crl"}, []string{"revoked"}, 0},
		{"the list behind a silent responder", responder + " " + list, []string{"ocsp: silent", "list: crl, delay=4s"}, nil, 19 * time.Second},
		{"no time for the list behind a silent responder", responder + " " + list, []string{"ocsp: silent", "list: crl, delay=5s"}, []string{"revocation-offline"}, 20 * time.Second},
		{"two that are silent", responder + " " + list, []string{"ocsp: silent", "list: silent"}, []string{"revocation-offline"}, 20 * time.Second},

		{"a staple", responder + " staple=good", nil, nil, 0},
		{"a staple that says revoked", responder + " staple=revoked", nil, []string{"revoked"}, 0},
		{"an expired staple", responder + " staple=expired", []string{"ocsp: ocsp"}, nil, 0},
		{"a staple by the wrong signer", responder + " staple=wrong-signer", []string{"ocsp: ocsp"}, nil, 0},
		{"a staple about another certificate", responder + " staple=wrong-certificate", []string{"ocsp: ocsp answers=unknown"}, []string{"revocation-offline"}, 0},
		{"a broken staple", responder + " staple=broken", []string{"ocsp: status=503"}, []string{"revocation-offline"}, 0},

		{"an intermediate that is fetched", list + " send=leaf aia=http://web.example.net/ca", []string{"ca: certificate of=public", "list: crl"}, nil, 0},
		{"an intermediate that is not there", list + " send=leaf aia=http://web.example.net/ca", []string{"ca: status=404"}, []string{"missing-intermediate"}, 0},
		{"another's intermediate", list + " send=leaf aia=http://web.example.net/ca", []string{"ca: certificate of=private"}, []string{"missing-intermediate"}, 0},
		{"an intermediate too late", list + " send=leaf aia=http://web.example.net/ca", []string{"ca: certificate of=public, delay=20s"}, []string{"missing-intermediate"}, 15 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			text := `title: A story
domain: example.com
zone: |
  example.com.     300 IN MX 10 mx1.example.com.
  mx1.example.com. 300 IN A  192.0.2.1
  web.example.net. 300 IN A  192.0.2.80
certs:
  mx: SAN=mx1.example.com ` + row.cert + `
  responder: CN=Responder eku=OCSPSigning
  other: CN=Other
hosts:
  192.0.2.1: mx
`
			if row.web != nil {
				text += "web:\n  http://web.example.net/" + strings.Join(row.web, "\n  http://web.example.net/") + "\n"
			}
			s, err := scenarios.Parse("story.yaml", "story", []byte(text+"expect:\n  esa/no: cleartext\n"))
			require.NoError(t, err)
			w := world.Start(t, s)
			rules := verify.CryptoAPI()
			rules.LeafOnly = true // the intermediate names no list

			judge := w.Sender()
			client := &probe.Client{Dial: judge.DialContext, Resolver: w.Resolver(), Now: judge.Now, Name: "mail.sender.example"}
			ev := w.Evidence()
			ev.Hop.Addr = somewhere
			var judged *pkix.Path
			var session *verify.Session
			for {
				var needs []verify.Need
				if session, needs = ev.Session(verify.Hello{TLS: true, MinVersion: tls.VersionTLS12}); needs == nil {
					var path *pkix.Path
					if path, needs = ev.Completed(session, pkix.OpenSSL(1)); needs == nil {
						var r verify.Revocation
						r, needs = ev.Revocation(session.TLS, path, rules)
						judged = r.Path
					}
				}
				if needs == nil {
					break
				}
				for _, n := range needs {
					_, err := client.Fulfil(t.Context(), &ev, n)
					require.NoError(t, err)
				}
			}
			assert.Equal(t, row.faults, faults(judged))

			made := w.Sender()
			began := made.Now()
			sender := deliver.Equipped(&deliver.Sender{Anchors: w.Roots(), Paths: ev.Paths,
				Client: &probe.Client{Dial: made.DialContext, Resolver: w.Resolver(), Now: made.Now, Name: "mail.sender.example"}})
			path := deliver.Completed(sender, t.Context(), session.TLS.Chain, pkix.OpenSSL(1))
			path = deliver.Revocation(sender, t.Context(), path, session.TLS.Staple, rules)
			assert.Equal(t, row.faults, faults(path))
			assert.Equal(t, row.took, made.Now().Sub(began))
			assert.Empty(t, w.Strays())
			require.NoError(t, w.Err())
		})
	}
}
