package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// inWorld runs check inside the world of a scenario: the network is the
// world's, everything else is the program as it is.
func inWorld(t *testing.T, w *world.World, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var pems bytes.Buffer
	for _, c := range w.Roots() {
		require.NoError(t, pem.Encode(&pems, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	roots := filepath.Join(t.TempDir(), "roots.pem")
	require.NoError(t, os.WriteFile(roots, pems.Bytes(), 0o666))
	s := w.Sender()
	var out, errs bytes.Buffer
	p := program{stdout: &out, stderr: &errs, net: network{dial: s.DialContext, now: s.Now}}
	status = p.run(t.Context(), append([]string{"check", w.Scenario.Domain, "--dns", w.Resolver(), "--ca", roots}, args...))
	return status, out.String(), errs.String()
}

func start(t *testing.T, name string) *world.World {
	t.Helper()
	list, err := scenarios.Find(name)
	require.NoError(t, err)
	return world.Start(t, list[0])
}

// small starts a world of one host, at which nothing but the reverse name is
// missing unless its line says more.
func small(t *testing.T, line string) *world.World {
	t.Helper()
	s, err := scenarios.Parse("small.yaml", "small", []byte(`
title: One host
domain: example.com
zone: |
  example.com.       300 IN MX 10 mx01.example.com.
  mx01.example.com.  300 IN A  192.0.2.1
certs:
  mx: SAN=mx01.example.com
hosts:
  192.0.2.1: `+line+"\n"))
	require.NoError(t, err)
	return world.Start(t, s)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	w := start(t, "hosted/ptr-not-mx")
	status, stdout, stderr := inWorld(t, w, "--helo", "mail.sender.example", "--from", "me@sender.example")
	assert.Equal(t, notHeld, status, "exit status of a domain at which there is something to find; %s", stderr)
	assert.Empty(t, stderr)
	assert.Contains(t, stdout, "mx01.subd.emailhosted.not")
	assert.Contains(t, stdout, "high    certificate-name-mismatch")
	assert.Contains(t, stdout, "verified ptr mx0a.emailhosted.not")
	assert.Empty(t, w.Messages(), "check sends no message")
	var said []string
	for _, r := range w.Records() {
		for _, session := range r.Sessions {
			for _, l := range session.Transcript {
				said = append(said, l.Text)
			}
		}
	}
	talk := strings.Join(said, "\n")
	assert.Contains(t, talk, "EHLO mail.sender.example")
	assert.Contains(t, talk, "MAIL FROM:<me@sender.example>")
	assert.Contains(t, talk, "RCPT TO:<postmaster@example.com>")
	assert.NotContains(t, talk, "DATA", "check sends no message")
	assert.Contains(t, stdout, "NOOP forgotten", "a command stands behind STARTTLS")

	status, _, stderr = inWorld(t, w, "--fail-on", "never")
	assert.Equal(t, allHeld, status, "exit status with --fail-on never; %s", stderr)
}

// The session that a host could take for an attack can be left out.
func TestCheckWithoutInjection(t *testing.T) {
	t.Parallel()
	w := small(t, "mx, executes-pipelined")
	_, stdout, stderr := inWorld(t, w)
	assert.Contains(t, stdout, "pipelined-commands-executed", stderr)
	_, stdout, _ = inWorld(t, w, "--injection=false")
	assert.NotContains(t, stdout, "pipelined-commands-executed")
	assert.NotContains(t, stdout, "NOOP")
}

// The exit status is by the gravest finding.
func TestCheckFailOn(t *testing.T) {
	t.Parallel()
	w := small(t, "mx")
	for severity, want := range map[string]int{"info": notHeld, "low": notHeld, "medium": allHeld, "high": allHeld, "never": allHeld, "": usedWrongly} {
		status, _, stderr := inWorld(t, w, "--fail-on", severity)
		assert.Equal(t, want, status, "--fail-on %q: %s", severity, stderr)
	}
	status, _, stderr := inWorld(t, w)
	assert.Equal(t, allHeld, status, "without --fail-on: %s", stderr)
}

// The judgement of check is that of run, on the same facts.
func TestCheckJSON(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := inWorld(t, start(t, "hosted/ptr-not-mx"), "--json", "--mode", "esa/5", "--mode", "esa/6")
	require.Equal(t, notHeld, status, "%s", stderr)
	var got struct {
		Domain, Worst string
		Whole         bool
		Hosts         []struct {
			Host, Address string
			Stages        []struct{ Stage, Result string }
		}
		Findings []struct{ ID, Severity, Host, Address string }
		Modes    []struct{ Mode, Outcome, Match, Reason string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	assert.Equal(t, "example.com", got.Domain)
	assert.True(t, got.Whole)
	assert.Equal(t, "high", got.Worst)
	if assert.Len(t, got.Hosts, 2) {
		assert.Equal(t, "192.0.2.1:25", got.Hosts[0].Address)
		if assert.Len(t, got.Hosts[0].Stages, 8) {
			assert.Equal(t, "certificate failed", got.Hosts[0].Stages[4].Stage+" "+got.Hosts[0].Stages[4].Result)
		}
	}
	if assert.Len(t, got.Findings, 2) {
		assert.Equal(t, "certificate-name-mismatch mx01.subd.emailhosted.not 192.0.2.1", got.Findings[0].ID+" "+got.Findings[0].Host+" "+got.Findings[0].Address)
	}
	if assert.Len(t, got.Modes, 2) {
		assert.Equal(t, "verified ptr mx0a.emailhosted.not", got.Modes[0].Outcome+" "+got.Modes[0].Match)
		assert.Equal(t, "deferred certificate-host-mismatch", got.Modes[1].Outcome+" "+got.Modes[1].Reason)
	}
}

func TestCheckOnANetworkWithoutPort25(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("blocked.yaml", "blocked", []byte(`
title: One host refuses the connection, the other does not answer
domain: example.com
zone: |
  example.com.       300 IN MX 10 mx01.example.com.
  example.com.       300 IN MX 20 mx02.example.com.
  mx01.example.com.  300 IN A  192.0.2.1
  mx02.example.com.  300 IN A  192.0.2.2
hosts:
  192.0.2.1: no-tls, connect=refused
  192.0.2.2: no-tls, connect=silent
`))
	require.NoError(t, err)
	status, stdout, stderr := inWorld(t, world.Start(t, s))
	assert.Equal(t, notHeld, status, "exit status where nothing could be found out")
	assert.Empty(t, stdout, "nothing is said about a domain that could not be asked")
	assert.Contains(t, stderr, "this network probably blocks outgoing SMTP")
	assert.Equal(t, 1, strings.Count(stderr, "\n"), "it is one line: %s", stderr)
}

// A host that is reached and then says nothing is a fact about the domain.
func TestCheckOfASilentHost(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := inWorld(t, start(t, "mx/all-silent"))
	assert.Equal(t, notHeld, status, "%s", stderr)
	assert.Contains(t, stdout, "session-lost")
	assert.Contains(t, stdout, "deferred unreachable")
}

func TestCheckWithoutANameServer(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := inWorld(t, start(t, "hosted/ptr-not-mx"), "--dns", "192.0.2.53")
	assert.Equal(t, notHeld, status, "exit status where nothing could be found out")
	assert.Empty(t, stdout)
	assert.Equal(t, "mxlab: the name server 192.0.2.53:53 does not answer; name another with --dns\n", stderr)
}

func TestCheckOfADomainWithoutHosts(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := inWorld(t, start(t, "mx/nxdomain"))
	assert.Equal(t, notHeld, status, "that the domain does not exist is grave; %s", stderr)
	assert.Contains(t, stdout, "domain-missing")
	assert.Contains(t, stdout, "bounced dns-nxdomain")
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"run"}, {"run", "--json", "hosted"}, {"explain", "hosted/ptr-not-mx"}} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var stdout, stderr bytes.Buffer
		assert.Equal(t, interrupted, run(ctx, args, &stdout, &stderr), "exit status of %q", args)
		assert.Empty(t, stdout.String(), "%q writes no half of a result", args)
		assert.Equal(t, "mxlab: interrupted\n", stderr.String(), "%q", args)
	}
}

func TestCheckTakesTooLong(t *testing.T) {
	t.Parallel()
	w := start(t, "hosted/ptr-not-mx")
	s := w.Sender()
	var stdout, stderr bytes.Buffer
	p := program{stdout: &stdout, stderr: &stderr, net: network{now: s.Now, dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if network == "tcp" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return s.DialContext(ctx, network, address)
	}}}
	roots := filepath.Join(t.TempDir(), "roots.pem")
	require.NoError(t, os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Roots()[0].Raw}), 0o666))
	args := []string{"check", "example.com", "--dns", w.Resolver(), "--ca", roots, "--timeout", "200ms"}
	assert.Equal(t, notHeld, p.run(t.Context(), args))
	assert.Contains(t, stdout.String(), "mx01.subd.emailhosted.not", "what was found out until then is told")
	assert.Contains(t, stdout.String(), "the test did not come to its end")
	assert.NotContains(t, stdout.String(), "esa/", "no mode can be judged by half of the facts")
	assert.Equal(t, "mxlab: example.com could not be tested to the end within 200ms; give it longer with --timeout\n", stderr.String())
}

// A check is interrupted in the middle of its work: in its first connection.
func TestCheckInterrupted(t *testing.T) {
	t.Parallel()
	w := start(t, "hosted/ptr-not-mx")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := w.Sender()
	var stderr bytes.Buffer
	p := program{stdout: io.Discard, stderr: &stderr, net: network{now: s.Now, dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if network == "tcp" {
			cancel()
		}
		return s.DialContext(ctx, network, address)
	}}}
	roots := filepath.Join(t.TempDir(), "roots.pem")
	require.NoError(t, os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Roots()[0].Raw}), 0o666))
	assert.Equal(t, interrupted, p.run(ctx, []string{"check", "example.com", "--dns", w.Resolver(), "--ca", roots}), "%s", stderr.String())
}
