package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

// wallClock lists, by import path, what reads the wall clock or waits for it.
func wallClock() map[string][]string {
	return map[string][]string{
		"time":    {"Now", "Sleep", "After", "AfterFunc", "Since", "Until", "Tick", "NewTicker", "NewTimer"},
		"context": {"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
		"net":     {"DialTimeout"},
	}
}

// timeouts are the fields by which a library is told to watch the wall clock:
// those of net.Dialer, http.Client, smtp.Server, dns.Client and their like.
func timeouts() []string {
	return []string{"Timeout", "Deadline", "DialTimeout", "ReadTimeout", "WriteTimeout", "IdleTimeout", "ReadHeaderTimeout"}
}

// An exception is a use of the wall clock that is meant.
type exception struct{ file, use, why string }

func exceptions() []exception {
	return []exception{
		{"fakedns/server.go", "time.AfterFunc", "a server that no world drives answers real clients, to whom a delay must be real"},
		{"fakedns/server.go", "github.com/miekg/dns.Server.ReadTimeout", "the library hangs up after two seconds unless it is told otherwise; an hour is as good as never"},
		{"fakedns/server.go", "github.com/miekg/dns.Server.IdleTimeout", "the library hangs up after eight seconds unless it is told otherwise; an hour is as good as never"},
		{"fakemx/delay.go", "time.AfterFunc", "a host that no world drives answers real clients, to whom a delay must be real"},
		{"scenarios/conform/pace.go", "context.WithTimeout", "a product that runs lives in real time"},
		{"scenarios/conform/pace.go", "time.NewTicker", "likewise: what it writes is looked for until it is there"},
		{"scenarios/serve/porch.go", "time.AfterFunc", "a socket that can take nobody, because there are too many open files, must not keep a processor busy"},
		{"scenarios/world/served.go", "time.AfterFunc", "a world that is served keeps real clients waiting"},
		{"scenarios/world/webserve.go", "time.AfterFunc", "a web host of a world that is served answers real clients, to whom a delay must be real"},
		{"verify/probe/client.go", "net.Dialer.Timeout", "the default dialer is for the live internet, where a host that never answers must not stop a probe for ever"},
	}
}

// TestClock: only the command reads the wall clock or sleeps. Everything else
// is told the time, so that no scenario rots and no test waits.
func TestClock(t *testing.T) {
	t.Parallel()
	faults, unused := clockFaults(sources(t, repository()), exceptions())
	for _, fault := range faults {
		t.Error(fault)
	}
	assert.Empty(t, unused, "exceptions that nothing needs any more; delete them")
}

// clockFaults tells where the wall clock is used outside cmd/, in files that
// are not tests, and which exceptions were not needed.
func clockFaults(files []source, allowed []exception) (faults []string, unused []exception) {
	needed := map[int]bool{}
	for _, f := range files {
		if f.test || strings.HasPrefix(f.path, "cmd/") {
			continue
		}
		for _, use := range clockUses(f) {
			i := slices.IndexFunc(allowed, func(e exception) bool { return e.file == f.path && e.use == use.what })
			if i < 0 {
				faults = append(faults, fmt.Sprintf("%s: %s uses the wall clock, which only cmd may do: "+
					"take a Now func() time.Time, or let the caller's connection keep the deadline", use.at, use.what))
			}
			needed[i] = true
		}
	}
	for i, e := range allowed {
		if !needed[i] {
			unused = append(unused, e)
		}
	}
	return faults, unused
}

type clockUse struct{ at, what string }

func clockUses(f source) []clockUse {
	var uses []clockUse
	imports := f.imports()
	for _, from := range slices.Sorted(maps.Keys(wallClock())) {
		if spec := imports["."+from]; spec != nil {
			uses = append(uses, clockUse{f.at(spec), "a dot import of " + from})
		}
	}
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if from, name := selected(n, imports); slices.Contains(wallClock()[from], name) {
				uses = append(uses, clockUse{f.at(n), from + "." + name})
			}
		case *ast.CompositeLit:
			from, name := selected(n.Type, imports)
			if from == "" || strings.HasPrefix(from, "mxlab/") {
				return true
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if field, ok := kv.Key.(*ast.Ident); ok && slices.Contains(timeouts(), field.Name) {
						uses = append(uses, clockUse{f.at(kv), from + "." + name + "." + field.Name})
					}
				}
			}
		}
		return true
	})
	return uses
}

// TestNoSleep: tests wait for something to happen, never for time to pass, and
// listen on loopback, on a port that is free.
func TestNoSleep(t *testing.T) {
	t.Parallel()
	for _, fault := range waitFaults(sources(t, repository())) {
		t.Error(fault)
	}
}

// hostPort matches host:port, and no path.
var hostPort = regexp.MustCompile(`^[^ /]*:[0-9a-z]*$`)

// waitFaults tells which files sleep, and which listen on an address of their
// own choice.
func waitFaults(files []source) []string {
	var faults []string
	for _, f := range files {
		imports := f.imports()
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if from, name := selected(n, imports); from == "time" && name == "Sleep" {
					faults = append(faults, f.at(n)+": time.Sleep: wait on a channel, or use testing/synctest over in-memory connections")
				}
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !strings.HasPrefix(sel.Sel.Name, "Listen") {
					return true
				}
				for _, arg := range n.Args {
					if address, ok := literal(arg); ok && hostPort.MatchString(address) && address != "127.0.0.1:0" && address != "[::1]:0" {
						faults = append(faults, fmt.Sprintf("%s: %s(%q): listen on 127.0.0.1:0 or [::1]:0 and ask the listener for its address", f.at(n), sel.Sel.Name, address))
					}
				}
			}
			return true
		})
	}
	return faults
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// Each kind of fault is found; what is allowed is not.
func TestClockFaults(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"cmd/mxlab/main.go": {Data: []byte("package main\nimport \"time\"\nvar now = time.Now\n")},
		"pki/lab.go": {Data: []byte(`package pki
import clock "time"
var now = clock.Now
type lab struct{ time struct{ Now int } }
func (l lab) f(time struct{ After func() }) { time.After(); _ = clock.Unix(1, 0) }
`)},
		"pki/dot.go":      {Data: []byte("package pki\nimport . \"time\"\nvar zero Time\n")},
		"pki/lab_test.go": {Data: []byte("package pki\nimport \"time\"\nvar now = time.Now\nfunc f() {\n\ttime.Sleep(1)\n}\n")},
		"fakemx/server.go": {Data: []byte(`package fakemx
import ("context"; "net"; "mxlab/fakedns")
func f() { context.WithTimeout(nil, 0) }
var d = net.Dialer{
	Timeout: 1,
	LocalAddr: nil,
}
var q = fakedns.Server{Timeout: 1}
`)},
		"fakemx/server_test.go": {Data: []byte(`package fakemx
import "net"
func f(l net.ListenConfig) {
	net.Listen("tcp", "127.0.0.1:0")
	net.Listen("tcp", "127.0.0.1:2525")
	net.Listen("tcp", ":0")
	net.Listen("unix", "/tmp/socket:1")
	l.ListenPacket(nil, "udp", "[::]:smtp")
}
`)},
	}
	files := sources(t, tree)
	const advice = " uses the wall clock, which only cmd may do: take a Now func() time.Time, or let the caller's connection keep the deadline"
	faults, unused := clockFaults(files, []exception{{"fakemx/server.go", "context.WithTimeout", "meant"}, {"pki/lab.go", "time.Since", "stale"}})
	assert.Equal(t, []string{
		"fakemx/server.go:5: net.Dialer.Timeout" + advice,
		"pki/dot.go:2: a dot import of time" + advice,
		"pki/lab.go:3: time.Now" + advice,
	}, faults)
	assert.Equal(t, []exception{{"pki/lab.go", "time.Since", "stale"}}, unused)

	const listen = ": listen on 127.0.0.1:0 or [::1]:0 and ask the listener for its address"
	assert.Equal(t, []string{
		`fakemx/server_test.go:5: Listen("127.0.0.1:2525")` + listen,
		`fakemx/server_test.go:6: Listen(":0")` + listen,
		`fakemx/server_test.go:8: ListenPacket("[::]:smtp")` + listen,
		"pki/lab_test.go:5: time.Sleep: wait on a channel, or use testing/synctest over in-memory connections",
	}, waitFaults(files))
}
