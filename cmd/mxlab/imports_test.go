package main_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

// A room is a package and what it may import besides the standard library.
type room struct {
	dir string
	may []string // import paths; one that ends in /... stands for all below it too
	why string
}

const (
	cfssl     = "github.com/cloudflare/cfssl/..."
	cobra     = "github.com/spf13/cobra"
	diff      = "github.com/rogpeppe/go-internal/diff"
	goSMTP    = "github.com/emersion/go-smtp/..."
	idna      = "golang.org/x/net/idna"
	pflag     = "github.com/spf13/pflag"
	pkcs12    = "software.sslmate.com/src/go-pkcs12"
	miekgDNS  = "github.com/miekg/dns"
	netlink   = "github.com/vishvananda/netlink"
	testifyIn = "github.com/stretchr/testify/..."
	scriptIn  = "github.com/rogpeppe/go-internal/testscript"
	xCrypto   = "golang.org/x/crypto/..."
	xNet      = "golang.org/x/net/..."
	xUnix     = "golang.org/x/sys/unix"
	yaml      = "go.yaml.in/yaml/v3"
	nearest   = "mxlab/internal/nearest"
)

// rooms is the plan of the house: who may know whom.
func rooms() []room {
	leaves := []string{"mxlab/fakedns", "mxlab/fakemx", "mxlab/pki"}
	below := slices.Concat(leaves, []string{"mxlab/scenarios", "mxlab/verify/...", nearest})
	return []room{
		{"fakedns", []string{miekgDNS, nearest}, "any project may use it alone; its exported API speaks text and std types"},
		{"fakemx", []string{goSMTP, nearest}, "it takes a *tls.Config, and knows nothing of how certificates are made"},
		{"pki", []string{cfssl, pkcs12, xCrypto, nearest}, "certificates are not about mail"},
		{"internal/nearest", nil, "every package may use it, so it must bring nothing along"},
		{"internal/leaktest", nil, "the tests of every package may use it"},
		{"internal/testca", []string{"golang.org/x/crypto/ocsp"}, "the tests of every package may use it"},
		{"internal/ratios", nil, "it reads what the go command prints, and needs nothing else"},
		{"verify", []string{"mxlab/verify/pkix", "golang.org/x/crypto/ocsp", idna, nearest}, "a verdict can be computed from a bug report, with no network"},
		{"verify/pkix", []string{xCrypto, idna}, "a path can be judged without any mail"},
		{"verify/judge", []string{"mxlab/verify", "mxlab/verify/pkix"}, "what the policies have in common judges no TLS"},
		{"verify/esa", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/pkix", nearest}, "a policy judges facts that others gathered"},
		{"verify/finding", []string{"mxlab/verify", "mxlab/verify/pkix"}, "what is wrong with a host can be told from a bug report, with no network"},
		{"verify/connector", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/exchange", []string{"mxlab/verify", "mxlab/verify/connector", "mxlab/verify/judge", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/mta", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/postfix", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/mta", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/opensmtpd", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/mta", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/exim", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/mta", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/sendmail", []string{"mxlab/verify", "mxlab/verify/judge", "mxlab/verify/mta", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/exo", []string{"mxlab/verify", "mxlab/verify/connector", "mxlab/verify/judge", "mxlab/verify/pkix"}, "a policy judges facts that others gathered"},
		{"verify/probe", []string{"mxlab/verify", miekgDNS, xCrypto, xNet}, "the probe is blind to being in a test, and works on the real internet"},
		{"verify/deliver", []string{"mxlab/verify/..."}, "a delivery is blind to being in a test"},
		{"scenarios", slices.Concat(leaves, []string{yaml, idna, nearest, "mxlab/verify", "mxlab/verify/finding", "mxlab/verify/pkix", "mxlab/verify/esa", "mxlab/verify/exchange", "mxlab/verify/exim", "mxlab/verify/exo", "mxlab/verify/opensmtpd", "mxlab/verify/postfix", "mxlab/verify/sendmail"}),
			"every line of a scenario is checked by the grammar that owns it, and nothing is started"},
		{"scenarios/check", []string{"mxlab/verify", "mxlab/verify/finding", "mxlab/verify/probe"}, "a receiver test is blind to being in a test, and works on the real internet"},
		{"scenarios/world", append([]string{"mxlab/scenarios/check"}, below...), "the only place where the fakes meet"},
		{"scenarios/serve", slices.Concat(leaves, []string{"mxlab/scenarios", "mxlab/scenarios/world", "mxlab/verify/finding", nearest}), "it opens doors to worlds, and tells in the words of the leaves what happens behind them"},
		{"scenarios/report", slices.Concat(below, []string{"mxlab/scenarios/check", "mxlab/scenarios/conform", "mxlab/scenarios/serve", "mxlab/scenarios/world", diff}), "it formats results, and makes none"},
		{"scenarios/conform", []string{"mxlab/fakedns", "mxlab/fakemx", "mxlab/scenarios", "mxlab/scenarios/world", "mxlab/verify", nearest, goSMTP},
			"it compares what others made; whoever calls it makes the worlds"},
		{"scenarios/netns", slices.Concat(below, []string{"mxlab/scenarios/world", netlink, xUnix}), "it gives a world namespaces to stand in, and no other room knows Linux"},
		{"cmd/mxlab", []string{"mxlab/...", cobra, pflag, diff}, "the front door has no logic"},
	}
}

// A guest is a module that only some rooms may let in.
type guest struct {
	module string
	in     []string // the rooms; none means test files only
	why    string
}

func guests() []guest {
	return []guest{
		{testifyIn, nil, "whoever imports our packages should not get a test library with them"},
		{scriptIn, nil, "whoever imports our packages should not get a test library with them"},
		{cfssl, []string{"pki"}, "it keeps state of its own, which one package must guard"},
		{goSMTP, []string{"fakemx", "scenarios/conform"}, "its client hides what a probe must see; as a sender of its own it is one more to compare with"},
		{miekgDNS, []string{"fakedns", "verify/probe"}, "elsewhere DNS data is text, or words of package verify"},
		{yaml, []string{"scenarios"}, "nothing downstream knows how a scenario was written"},
		{pkcs12, []string{"pki"}, "elsewhere certificates are DER"},
		{netlink, []string{"scenarios/netns"}, "only one room makes networks"},
		{cobra, []string{"cmd/mxlab"}, "only the front door has flags"},
		{pflag, []string{"cmd/mxlab"}, "only the front door has flags"},
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, fault := range importFaults(sources(t, repository())) {
		t.Error(fault)
	}
	for _, r := range rooms() {
		_, err := fs.Stat(repository(), r.dir)
		assert.NoError(t, err, "the table of imports has a room that does not exist; delete its row")
	}
}

// importFaults tells which file imports what it may not, and why it may not.
func importFaults(files []source) []string {
	var faults []string
	unknown := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		i := slices.IndexFunc(rooms(), func(r room) bool { return r.dir == f.dir() })
		if i < 0 {
			if !unknown[f.dir()] {
				unknown[f.dir()] = true
				faults = append(faults, fmt.Sprintf("%s: package %s is not in the table of imports; "+
					"add a row that says what it may import, and why, or put the code into a room that exists", f.path, f.Name.Name))
			}
			continue
		}
		for _, spec := range f.Imports {
			if why := forbidden(importPath(spec), rooms()[i]); why != "" {
				faults = append(faults, f.at(spec)+": "+why)
			}
		}
	}
	return faults
}

// forbidden says why a room may not import a package, or nothing.
func forbidden(imported string, r room) string {
	for _, g := range guests() {
		if covers(g.module, imported) && !slices.Contains(g.in, r.dir) {
			where := "test files only"
			if len(g.in) > 0 {
				where = strings.Join(g.in, " and ") + " only"
			}
			return fmt.Sprintf("%s imports %s, which is for %s: %s", r.dir, imported, where, g.why)
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	std := !strings.Contains(first, ".") && first != "mxlab"
	if std || slices.ContainsFunc(r.may, func(p string) bool { return covers(p, imported) }) {
		return ""
	}
	may := "the standard library only"
	if len(r.may) > 0 {
		may = "besides the standard library only " + strings.Join(r.may, ", ")
	}
	return fmt.Sprintf("%s imports %s, but may import %s: %s", r.dir, imported, may, r.why)
}

// covers reports whether a path of the table stands for an import path.
func covers(pattern, imported string) bool {
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return imported == root || strings.HasPrefix(imported, root+"/")
	}
	return imported == pattern
}

// Each kind of fault is found, and told so that one knows what to do.
func TestImportFaults(t *testing.T) {
	t.Parallel()
	file := func(pkg string, imports ...string) *fstest.MapFile {
		text := "package " + pkg + "\n"
		for _, i := range imports {
			text += fmt.Sprintf("import _ %q\n", i)
		}
		return &fstest.MapFile{Data: []byte(text)}
	}
	tree := fstest.MapFS{
		"fakedns/server.go":       file("fakedns", "net", "github.com/miekg/dns", "mxlab/fakemx"),
		"fakedns/server_test.go":  file("fakedns", "github.com/stretchr/testify/assert", "mxlab/fakemx"),
		"fakemx/plan9.go":         file("fakemx", "github.com/stretchr/testify/assert"),
		"fakemx/testdata/x.go":    file("x", "mxlab/pki"),
		"internal/nearest/a.go":   file("nearest", "golang.org/x/net/idna"),
		"scenarios/world/ca.go":   file("world", "github.com/cloudflare/cfssl/signer/local", "mxlab/pki"),
		"scenarios/intake/a.go":   file("intake", "fmt"),
		"scenarios/intake/b.go":   file("intake", "fmt"),
		"verify/probe/lookup.go":  file("probe", "github.com/miekg/dns", "mxlab/verify"),
		"verify/probe/cheat.go":   file("probe", "mxlab/fakedns"),
		"verify/deliver/cheat.go": file("deliver", "mxlab/scenarios/world", "mxlab/verify/probe"),
	}
	assert.Equal(t, []string{
		"fakedns/server.go:4: fakedns imports mxlab/fakemx, but may import besides the standard library only github.com/miekg/dns, mxlab/internal/nearest: " +
			"any project may use it alone; its exported API speaks text and std types",
		"fakemx/plan9.go:2: fakemx imports github.com/stretchr/testify/assert, which is for test files only: " +
			"whoever imports our packages should not get a test library with them",
		"internal/nearest/a.go:2: internal/nearest imports golang.org/x/net/idna, but may import the standard library only: " +
			"every package may use it, so it must bring nothing along",
		"scenarios/intake/a.go: package intake is not in the table of imports; " +
			"add a row that says what it may import, and why, or put the code into a room that exists",
		"scenarios/world/ca.go:2: scenarios/world imports github.com/cloudflare/cfssl/signer/local, which is for pki only: " +
			"it keeps state of its own, which one package must guard",
		"verify/deliver/cheat.go:2: verify/deliver imports mxlab/scenarios/world, but may import besides the standard library only mxlab/verify/...: " +
			"a delivery is blind to being in a test",
		"verify/probe/cheat.go:2: verify/probe imports mxlab/fakedns, but may import besides the standard library only mxlab/verify, github.com/miekg/dns, golang.org/x/crypto/..., golang.org/x/net/...: " +
			"the probe is blind to being in a test, and works on the real internet",
	}, importFaults(sources(t, tree)))
}
