package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rows makes what benchmarks print. Every cost and unit takes 1000 ns, but for
// those that are stated, by benchmark.
func rows(ns map[string]float64) map[string]string {
	line := func(b benchmark) string {
		t, ok := ns[b.name]
		if !ok {
			t = 1000
		}
		return fmt.Sprintf("%s-2 \t 4912\t %g ns/op\t 640 B/op\t 500 B/host\t 70 ns/host\t 90 cpu-ns/session\t 12 verdicts/s\t 5 deliveries/s\t 8 messages/s\n", b.name, t)
	}
	out := map[string]string{}
	for _, p := range promises() {
		for _, b := range []benchmark{p.cost, p.beside()} {
			if !strings.Contains(out[b.pkg], b.name+"-2 ") {
				out[b.pkg] += line(b)
			}
		}
	}
	for _, f := range figures() {
		if !strings.Contains(out[f.of.pkg], f.of.name+"-2 ") {
			out[f.of.pkg] += line(f.of)
		}
	}
	return out
}

// measuredAs reads the same output in every round, but for the first ones.
func measuredAs(usual map[string]float64, first ...map[string]float64) measurements {
	m := measurements{}
	for round := range rounds {
		ns := usual
		if round < len(first) {
			ns = first[round]
		}
		for pkg, out := range rows(ns) {
			m.read(pkg, "goos: linux\n"+out+"PASS\n")
		}
	}
	return m
}

// within is a measurement in which every promise is kept: judging is quick.
var within = map[string]float64{"BenchmarkWorld/judge": 5}

func TestReport(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	over, err := report(&b, measuredAs(within))
	require.NoError(t, err)
	assert.False(t, over)
	assert.Equal(t, `
ratio                                                            median  of 21 rounds    bound
a probe session, in sessions written by hand                     1       1 to 1          <= 1.3   ok
a world of two hosts started and closed, in sessions             1       1 to 1          <= 5     ok
one host's verdicts under all modes, paths built, in sessions    0.005   0.005 to 0.005  <= 0.01  ok
the start of a host in a world of 10,000, in that in one of 100  1       1 to 1          <= 1.2   ok
memory of a host in a world of 10,000, in KB                     0.5     0.5 to 0.5      <= 40    ok
memory of a host that was visited, in KB                         0.5     0.5 to 0.5      <= 40    ok
the catalogue under all modes, in as many bare TLS sessions      1       1 to 1          <= 2     ok
the rate at which fakedns answers A, in that of miekg/dns alone  1       1 to 1          >= 0.85  ok
a signature by cfssl, in those of x509.CreateCertificate         1       1 to 1          <= 3     ok
mxlab exec -- true, in unshare -- true and four starts of mxlab  1       1 to 1          <= 1     ok
a real Postfix in ever other worlds, at the rate of one by hand  1       1 to 1          >= 0.5   ok

figure                                                           median
deliveries a second, one after the other                         5       5 to 5
verdicts a second, paths built                                   12      12 to 12
messages a second of a real Postfix in ever other worlds         8       8 to 8
messages a second of a real Postfix in one world, by hand        8       8 to 8
`, "\n"+trimmed(b.String()))
}

// trimmed takes away the blanks that an empty last cell leaves.
func trimmed(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

func TestReportOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ what, slow string }{
		{"a probe session", "BenchmarkSession/probe"},
		{"a world of two hosts", "BenchmarkWorld/start"},
		{"one host's verdicts", "BenchmarkWorld/judge"},
		{"the rate at which fakedns answers", "BenchmarkAnswerA/fakedns"},
		{"a signature by cfssl", "BenchmarkSign/cfssl"},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			slow := map[string]float64{"BenchmarkWorld/judge": 5}
			slow[row.slow] = 6000
			var b bytes.Buffer
			over, err := report(&b, measuredAs(slow))
			require.NoError(t, err)
			assert.True(t, over)
			for line := range strings.Lines(b.String()) {
				assert.Equal(t, strings.HasPrefix(line, row.what), strings.HasSuffix(strings.TrimSpace(line), "OVER"), line)
			}

			// A few bad rounds are noise.
			over, err = report(&b, measuredAs(within, slices.Repeat([]map[string]float64{slow}, rounds/2)...))
			require.NoError(t, err)
			assert.False(t, over, "less than half of the rounds are bad")
		})
	}
}

// A machine may lack what a promise needs; then it is not measured, and not broken.
func TestReportWithoutNamespaces(t *testing.T) {
	t.Parallel()
	m := measuredAs(within)
	delete(m, benchmark{"cmd/mxlab", "BenchmarkExec/exec"})
	delete(m, benchmark{"cmd/mxlab", "BenchmarkExec/floor"})
	delete(m, benchmark{"cmd/mxlab", "BenchmarkPostfix/worlds"})
	delete(m, benchmark{"cmd/mxlab", "BenchmarkPostfix/hand"})
	var b bytes.Buffer
	over, err := report(&b, m)
	require.NoError(t, err)
	assert.False(t, over)
	assert.Regexp(t, `(?m)^mxlab exec -- true, in unshare .* not measured: this needs namespaces of Linux`, b.String())
	assert.Regexp(t, `(?m)^messages a second of a real Postfix in ever other worlds +not measured: this needs namespaces of Linux, and Postfix`, b.String())
}

func TestReportMissing(t *testing.T) {
	t.Parallel()
	m := measuredAs(within)
	delete(m, benchmark{"pki", "BenchmarkSign/x509"})
	_, err := report(&bytes.Buffer{}, m)
	assert.EqualError(t, err, "BenchmarkSign/x509 of pki was measured 0 times in 21 rounds, in ns/op")
}

func TestRead(t *testing.T) {
	t.Parallel()
	m := measurements{}
	m.read("pki", `goos: linux
BenchmarkSign/cfssl-16         	    8450	    142093 ns/op
BenchmarkSign/x509             	   20000	     61000.5 ns/op	     640 B/op	       9 allocs/op
BenchmarkBroken-2
--- FAIL: BenchmarkBroken-2
`)
	assert.Equal(t, measurements{
		{"pki", "BenchmarkSign/cfssl"}: {"ns/op": {142093}},
		{"pki", "BenchmarkSign/x509"}:  {"ns/op": {61000.5}, "B/op": {640}, "allocs/op": {9}},
	}, m)
}

// A ratio of two processes would compare two states of the machine.
func TestPromisesShareAProcess(t *testing.T) {
	t.Parallel()
	for _, p := range promises() {
		assert.Equal(t, p.cost.pkg, p.beside().pkg, p.what)
	}
	assert.Equal(t, []string{"cmd/mxlab", "fakedns", "pki", "scenarios/world", "verify/probe"}, packages())
	assert.Equal(t, "^(BenchmarkCatalogue|BenchmarkWorld|BenchmarkWorld10k)$", pattern("scenarios/world"))
}
