package pkix_test

import (
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// drawn is how many chains are drawn and compared with crypto/x509; a twentieth
// of them is compared with openssl, which takes longer.
var drawn = flag.Int("chains", 1000, "compare this many generated chains with other libraries")

// A world is one random chain with its anchors, and what was done to it.
type world struct {
	leaf    *made
	sent    []*made // behind the leaf
	anchors []*made
	did     []string
}

func (w *world) String() string { return strings.Join(w.did, ", ") }

// A mishap is something that may be done to one certificate of a chain. Most
// of them are faults; some only look like it.
var mishaps = []struct {
	name string
	host bool // makes sense for a leaf
	do   option
}{
	{"expired", true, expired},
	{"not yet valid", true, notYetValid},
	{"valid for this second", true, func(t *template) { t.NotBefore, t.NotAfter = noon, noon }},
	{"broken signature", true, broken},
	{"critical extension", true, critical},
	{"serverAuth", true, usage(x509.ExtKeyUsageServerAuth)},
	{"clientAuth", true, usage(x509.ExtKeyUsageClientAuth)},
	{"any usage", true, usage(x509.ExtKeyUsageAny)},
	{"both usages", true, usage(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth)},
	{"certSign only", true, keyUsage(x509.KeyUsageCertSign)},
	{"digitalSignature only", true, keyUsage(x509.KeyUsageDigitalSignature)},
	{"keyEncipherment only", true, keyUsage(x509.KeyUsageKeyEncipherment)},
	{"keyAgreement only", true, keyUsage(x509.KeyUsageKeyAgreement)},
	{"SHA-1", true, func(t *template) { t.sha1 = true }},
	{"RSA 1024", true, func(t *template) { t.key = shortKey() }},
	{"names", true, hosts("mx.example.com", "*.example.com", "example.net")},
	{"an address", true, func(t *template) { t.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1).To4()} }},
	{"not a CA", false, func(t *template) { t.IsCA, t.KeyUsage = false, 0 }},
	{"no basic constraints", false, func(t *template) { t.IsCA, t.BasicConstraintsValid, t.KeyUsage = false, false, 0 }},
	{"path length 0", false, pathLen(0)},
	{"path length 1", false, pathLen(1)},
	{"permit example.com", false, permit("example.com")},
	{"permit .example.com", false, permit(".example.com")},
	{"permit EXAMPLE.com and example.net", false, permit("EXAMPLE.com", "example.net")},
	{"permit example.org", false, permit("example.org")},
	{"exclude mx.example.com", false, exclude("mx.example.com")},
	{"exclude example.net", false, exclude("example.net")},
	{"exclude other.example.com", false, exclude("other.example.com")},
	{"exclude xample.com", false, exclude("xample.com")},
	{"permit 192.0.2.0/24", false, func(t *template) {
		t.PermittedIPRanges = []*net.IPNet{{IP: net.IPv4(192, 0, 2, 0).To4(), Mask: net.CIDRMask(24, 32)}}
	}},
	{"exclude 192.0.2.0/31", false, func(t *template) {
		t.ExcludedIPRanges = []*net.IPNet{{IP: net.IPv4(192, 0, 2, 0).To4(), Mask: net.CIDRMask(31, 32)}}
	}},
}

// draw makes a random world. The source is seeded by the row's number, so that
// a failure can be drawn again.
func draw(t testing.TB, row int) *world {
	r := rand.New(rand.NewPCG(1, uint64(row)))
	w := &world{}
	do := func(place string, host bool) []option {
		var opts []option
		for r.IntN(3) == 0 {
			m := mishaps[r.IntN(len(mishaps))]
			if host && !m.host {
				continue
			}
			w.did = append(w.did, place+": "+m.name)
			opts = append(opts, m.do)
		}
		return opts
	}
	cas := []*made{issue(t, nil, "Root", append([]option{ca}, do("root", false)...)...)}
	for i := range r.IntN(4) {
		name := fmt.Sprintf("Authority %d", i)
		opts := append([]option{ca}, do(name, false)...)
		issuer := cas[len(cas)-1]
		if r.IntN(8) == 0 {
			w.did = append(w.did, name+": cross-signed")
			other := issue(t, nil, "Cross Root", ca)
			key := newKey(t)
			w.sent = append(w.sent, issue(t, other, name, append([]option{ca, withKey(key)}, do(name+" by Cross Root", false)...)...))
			if r.IntN(2) == 0 {
				w.did = append(w.did, "Cross Root trusted")
				w.anchors = append(w.anchors, other)
			}
			opts = append(opts, withKey(key))
		}
		next := issue(t, issuer, name, opts...)
		cas = append(cas, next)
		if r.IntN(12) == 0 {
			w.did = append(w.did, name+": not sent")
			continue
		}
		w.sent = append(w.sent, next)
	}
	issuer := cas[len(cas)-1]
	if r.IntN(12) == 0 {
		w.did = append(w.did, "leaf: self-signed")
		issuer = nil
	}
	w.leaf = issue(t, issuer, "mx.example.com", append([]option{hosts("mx.example.com")}, do("leaf", true)...)...)
	switch r.IntN(8) {
	case 0:
		w.did = append(w.did, "root sent, not trusted")
		w.sent = append(w.sent, cas[0])
	case 1:
		w.did = append(w.did, "the last authority trusted")
		w.anchors = append(w.anchors, cas[len(cas)-1])
	case 2:
		w.did = append(w.did, "leaf trusted")
		w.anchors = append(w.anchors, w.leaf)
	default:
		w.anchors = append(w.anchors, cas[0])
	}
	r.Shuffle(len(w.sent), func(i, j int) { w.sent[i], w.sent[j] = w.sent[j], w.sent[i] })
	return w
}

func (w *world) build(rules verifypkix.Rules) *verifypkix.Path {
	return verifypkix.Build(chain(append([]*made{w.leaf}, w.sent...)...), anchors(w.anchors...), noon, rules)
}

// crypto/x509 finds a path valid if and only if Build finds no fault under the
// rules Go. The known departures cannot be drawn here: self-issued certificates
// count against Go's path length (TestSelfIssuedIsNotCounted), Go evaluates
// policies, and limits mailboxes of hosts below the one permitted otherwise.
func TestAgainstGo(t *testing.T) {
	t.Parallel()
	valid, rows := 0, *drawn
	for row := range rows {
		w := draw(t, row)
		roots, others := x509.NewCertPool(), x509.NewCertPool()
		for _, c := range w.anchors {
			roots.AddCert(c.Certificate)
		}
		for _, c := range w.sent {
			others.AddCert(c.Certificate)
		}
		// A row in two is that of a client.
		rules, usage := verifypkix.Go(), x509.ExtKeyUsageServerAuth
		if row%2 > 0 {
			rules, usage = rules.ForClients(), x509.ExtKeyUsageClientAuth
		}
		_, err := w.leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: others, CurrentTime: noon, KeyUsages: []x509.ExtKeyUsage{usage}})
		p := w.build(rules)
		assert.Equal(t, err == nil, p.OK(), "row %d, %v: crypto/x509 says %v, Build %v", row, w, err, words(p))
		if err == nil {
			valid++
		}
	}
	assert.Greater(t, valid, rows/5, "valid chains among those drawn")
	assert.Less(t, valid, rows*4/5, "valid chains among those drawn")
}

// The openssl command judges the same chains at security levels 0 to 2.
func TestAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := findOpenSSL(t)
	valid, compared := 0, 0
	for row := 1_000_000; compared < max(60, *drawn/20); row++ {
		w, level := draw(t, row), row%3
		if slices.ContainsFunc(departures, func(d departure) bool { return d.drawn != "" && strings.Contains(w.String(), d.drawn) }) {
			continue
		}
		compared++
		rules, purpose := verifypkix.OpenSSL(level), "sslserver"
		if row/3%2 > 0 {
			rules, purpose = rules.ForClients(), "sslclient"
		}
		out, ok := openssl(w, level, purpose)
		p := w.build(rules)
		assert.Equal(t, ok, p.OK(), "row %d, level %d, %s, %v: openssl says %s, Build %v", row, level, purpose, w, out, words(p))
		if ok {
			valid++
		}
	}
	assert.Greater(t, valid, compared/6, "valid chains among those drawn")
}

// A departure is a known difference between OpenSSL 3 and Build, with a chain
// that shows it.
type departure struct {
	reason string
	drawn  string // the mishap that may lead to it
	openTo bool   // OpenSSL accepts what Build refuses; else the reverse
	level  int
	show   func(t *testing.T) *world
}

var departures = []departure{{
	reason: "OpenSSL goes by the first issuer that looks good, and does not come back to try another",
	drawn:  "cross-signed", level: 2,
	show: func(t *testing.T) *world {
		root := issue(t, nil, "Root", ca)
		between := issue(t, root, "Between", ca)
		crossed := issue(t, issue(t, nil, "Gone", ca), "Between", ca, withKey(between.key))
		return &world{leaf: issue(t, between, "mx.example.com"), sent: []*made{crossed, between}, anchors: []*made{root}}
	},
}, {
	reason: "OpenSSL holds a certificate to be expired in the very second of notAfter; RFC 5280 section 4.1.2.5 includes it",
	drawn:  "valid for this second", level: 2,
	show: func(t *testing.T) *world {
		root := issue(t, nil, "Root", ca)
		return &world{leaf: issue(t, root, "mx.example.com", until(noon)), anchors: []*made{root}}
	},
}, {
	reason: "OpenSSL compares *.example.com to the constraints by the letter; Build lets an excluded name exclude the star that could stand for it",
	drawn:  "exclude other.example.com", openTo: true, level: 2,
	show: func(t *testing.T) *world {
		root := issue(t, nil, "Root", ca, exclude("other.example.com"))
		return &world{leaf: issue(t, root, "mx.example.com", hosts("*.example.com")), anchors: []*made{root}}
	},
}, {
	reason: "OpenSSL goes by the key identifiers; Build takes them for a hint, because the signature proves more",
	level:  2,
	show: func(t *testing.T) *world {
		root := issue(t, nil, "Root", ca)
		renamed := *root.Certificate
		renamed.SubjectKeyId = []byte("another")
		return &world{leaf: issue(t, &made{&renamed, root.key}, "mx.example.com"), anchors: []*made{root}}
	},
}, {
	reason: "OpenSSL at level 0 takes MD5; Build never does",
	openTo: true, level: 0,
	show: func(t *testing.T) *world {
		root, leaf := md5Chain(t)
		return &world{leaf: leaf, anchors: []*made{root}}
	},
}}

// Each departure is shown, so that the list cannot outlive its reasons.
func TestDeparturesOfOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := findOpenSSL(t)
	for _, d := range departures {
		w := d.show(t)
		out, ok := openssl(w, d.level, "sslserver")
		assert.Equal(t, d.openTo, ok, "%s: openssl says %s", d.reason, out)
		p := w.build(verifypkix.OpenSSL(d.level))
		assert.Equal(t, !d.openTo, p.OK(), "%s: Build says %v", d.reason, words(p))
	}
}

// findOpenSSL gives a function that has the openssl command judge a world.
func findOpenSSL(t *testing.T) func(w *world, level int, purpose string) (string, bool) {
	t.Helper()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("the openssl command is not here; install the package openssl to compare Build with it")
	}
	if out, err := exec.Command(openssl, "version").Output(); err != nil || !strings.HasPrefix(string(out), "OpenSSL 3.") {
		t.Skipf("%q is not OpenSSL 3; install the package openssl, version 3, to compare Build with it", out)
	}
	return func(w *world, level int, purpose string) (string, bool) {
		dir := t.TempDir()
		args := []string{"verify", "-auth_level", fmt.Sprint(level), "-purpose", purpose,
			"-attime", fmt.Sprint(noon.Unix()), "-no-CApath", "-no-CAstore", "-no-CAfile"}
		// A file without certificates would be an error.
		if len(w.anchors) > 0 {
			args = append(args, "-trusted", pemFile(t, dir, "anchors", w.anchors...))
		}
		if len(w.sent) > 0 {
			args = append(args, "-untrusted", pemFile(t, dir, "sent", w.sent...))
		}
		out, err := exec.Command(openssl, append(args, pemFile(t, dir, "leaf", w.leaf))...).CombinedOutput()
		var exit *exec.ExitError
		if err != nil {
			require.ErrorAs(t, err, &exit, "run openssl")
			require.Contains(t, string(out), "depth lookup", "openssl verify did not judge")
		}
		return string(out), err == nil
	}
}

func pemFile(t *testing.T, dir, name string, certs ...*made) string {
	t.Helper()
	var b []byte
	for _, c := range certs {
		b = append(b, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	file := filepath.Join(dir, name+".pem")
	require.NoError(t, os.WriteFile(file, b, 0o600))
	return file
}
