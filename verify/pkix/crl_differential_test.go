package pkix_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// A publication is a chain with the list of each issuer, and what was done to
// them.
type publication struct {
	path  []*made // the leaf first, the root last
	lists [][]byte
	did   []string
}

func (p *publication) String() string { return strings.Join(p.did, ", ") }

// states gives what the lists say of each certificate, the leaf first. The
// openssl command asks about the root too, by the root's own list; an anchor is
// no part of a path in RFC 5280 section 6.1.
func (p *publication) states() (all []verifypkix.State) {
	for i, c := range p.path {
		issuer := p.path[min(i+1, len(p.path)-1)]
		state := verifypkix.StateUndetermined
		for _, der := range p.lists {
			if state == verifypkix.StateUndetermined {
				state = verifypkix.ReadCRL(der).Status(c.Certificate, issuer.Certificate, noon).State
			}
		}
		all = append(all, state)
	}
	return all
}

func (p *publication) good() bool {
	return !slices.ContainsFunc(p.states(), func(s verifypkix.State) bool { return s != verifypkix.StateGood })
}

const pointURL = "http://crl.example.net/one.crl"

// What may happen to the list of an issuer. below is the certificate that the
// list is about.
var publishing = []struct {
	name string
	do   func(below, stranger *made) listOption
}{
	{"listed", func(below, _ *made) listOption { return revokes(below, 0) }},
	{"on hold", func(below, _ *made) listOption { return revokes(below, 6) }},
	{"removed", func(below, _ *made) listOption { return revokes(below, 8) }},
	{"a stranger is listed", func(_, stranger *made) listOption { return revokes(stranger, 1) }},
	{"a stranger's entry is critical", func(_, stranger *made) listOption {
		return revokes(stranger, 1, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0}})
	}},
	{"stale", func(*made, *made) listOption { return updated(-2*day, -time.Second) }},
	{"not yet valid", func(*made, *made) listOption { return updated(time.Second, day) }},
	{"hosts only", func(*made, *made) listOption { return scoped(idp{Users: true}) }},
	{"authorities only", func(*made, *made) listOption { return scoped(idp{CAs: true}) }},
	{"attributes only", func(*made, *made) listOption { return scoped(idp{Attributes: true}) }},
	{"indirect", func(*made, *made) listOption { return scoped(idp{Indirect: true}) }},
	{"for a reason", func(*made, *made) listOption {
		return scoped(idp{Reasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}})
	}},
	{"of the point", func(*made, *made) listOption {
		return scoped(idp{Point: point{[]asn1.RawValue{uri(pointURL)}}})
	}},
	{"of another point", func(*made, *made) listOption {
		return scoped(idp{Point: point{[]asn1.RawValue{uri("http://crl.example.net/two.crl")}}})
	}},
	{"critical", func(*made, *made) listOption {
		return extended(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, true, []byte{5, 0})
	}},
}

// publish draws a chain of two or three certificates with their lists.
func publish(t testing.TB, row int) *publication {
	r := rand.New(rand.NewPCG(2, uint64(row)))
	p := &publication{}
	chance := func(one int, what string) bool {
		hit := r.IntN(one) == 0
		if hit {
			p.did = append(p.did, what)
		}
		return hit
	}
	authority := func(opts ...option) []option {
		if chance(12, "no cRLSign") {
			return append(opts, ca)
		}
		return append(opts, signsLists)
	}
	root := issue(t, nil, "Root", authority()...)
	p.path = []*made{root}
	if r.IntN(2) == 0 {
		p.path = []*made{issue(t, root, "Between", authority(points(pointURL))...), root}
	}
	p.path = append([]*made{issue(t, p.path[0], "mx.example.com", points(pointURL))}, p.path...)
	for i, below := range p.path[:len(p.path)-1] {
		signer, stranger := p.path[i+1], issue(t, p.path[i+1], "stranger")
		var opts []listOption
		if r.IntN(3) == 0 {
			what := publishing[r.IntN(len(publishing))]
			p.did = append(p.did, fmt.Sprintf("%d: %s", i, what.name))
			opts = append(opts, what.do(below, stranger))
			// A certificate that stands on a list twice is whatever OpenSSL finds first.
			if r.IntN(3) == 0 && what.name != "removed" {
				p.did = append(p.did, "and listed")
				opts = append(opts, revokes(below, 0))
			}
		}
		if chance(16, "no list") {
			continue
		}
		if chance(16, "by another key") {
			signer = &made{signer.Certificate, newKey(t)}
			other := *signer.Certificate
			other.PublicKey = signer.key.Public()
			signer.Certificate = &other
		}
		der := crlOf(t, signer, opts...)
		if chance(16, "spoiled") {
			der = spoiled(der)
		}
		p.lists = append(p.lists, der)
	}
	return p
}

// TestCRLsAgainstOpenSSL: the openssl command holds a chain to be good, with the
// lists of all issuers, if and only if every certificate of it is good by them.
func TestCRLsAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := findOpenSSLForCRLs(t)
	good, rows := 0, max(60, *drawn/20)
	for row := range rows {
		p := publish(t, row)
		out, ok := openssl(p)
		assert.Equal(t, ok, p.good(), "row %d, %v: openssl says %s, the lists %v", row, p, out, p.states())
		if ok {
			good++
		}
	}
	assert.Greater(t, good, rows/6, "good chains among those drawn")
	assert.Less(t, good, rows*5/6, "good chains among those drawn")
}

// The departures of OpenSSL 3, each shown. Up to 3.0.19 there was one more: it
// took a delta for a whole list, which 3.0.22 does not (RFC 5280 section 5.2.4).
func TestCRLDeparturesOfOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := findOpenSSLForCRLs(t)
	root := issue(t, nil, "Root", signsLists)
	leaf := issue(t, root, "mx.example.com", points(pointURL))
	for _, d := range []struct {
		reason string
		list   []byte
	}{
		{"OpenSSL holds a list to be stale in the very second of nextUpdate; RFC 5280 section 6.3.3(a) says after it",
			crlOf(t, root, updated(-day, 0))},
		{"OpenSSL compares the addresses of distribution points by the letter; Crypt32 does not mind their case",
			crlOf(t, root, scoped(idp{Point: point{[]asn1.RawValue{uri(strings.ToUpper(pointURL))}}}))},
	} {
		p := &publication{path: []*made{leaf, root}, lists: [][]byte{d.list}}
		out, ok := openssl(p)
		assert.False(t, ok, "%s: openssl says %s", d.reason, out)
		assert.Equal(t, verifypkix.StateGood, p.states()[0], "%s: %v", d.reason, p.states())
	}
}

// findOpenSSLForCRLs gives a function that has the openssl command judge a chain
// with its lists.
func findOpenSSLForCRLs(t *testing.T) func(*publication) (string, bool) {
	t.Helper()
	findOpenSSL(t) // or skip
	return func(p *publication) (string, bool) {
		dir := t.TempDir()
		args := []string{"verify", "-crl_check_all", "-auth_level", "1", "-attime", fmt.Sprint(noon.Unix()),
			"-no-CApath", "-no-CAstore", "-no-CAfile", "-trusted", pemFile(t, dir, "anchors", p.path[len(p.path)-1])}
		if len(p.path) > 2 {
			args = append(args, "-untrusted", pemFile(t, dir, "sent", p.path[1:len(p.path)-1]...))
		}
		if len(p.lists) > 0 {
			var b []byte
			for _, der := range p.lists {
				b = append(b, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
			}
			file := filepath.Join(dir, "lists.pem")
			require.NoError(t, os.WriteFile(file, b, 0o600))
			args = append(args, "-CRLfile", file)
		}
		out, err := exec.Command("openssl", append(args, pemFile(t, dir, "leaf", p.path[0]))...).CombinedOutput()
		var exit *exec.ExitError
		if err != nil {
			require.ErrorAs(t, err, &exit, "run openssl")
			require.Contains(t, string(out), "depth lookup", "openssl verify did not judge")
		}
		return string(out), err == nil
	}
}
