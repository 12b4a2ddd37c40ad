package serve_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/serve"
)

// A controlled server, and how to ask it.
type controlled struct {
	*serve.Server
	t   *testing.T
	url string
}

func control(t *testing.T, text string) controlled {
	t.Helper()
	s, err := scenarios.Parse("f.yaml", "f", []byte(text))
	require.NoError(t, err)
	l, err := serve.ListenControl("127.0.0.1:0")
	require.NoError(t, err)
	o := serve.Options{Now: time.Now, Journal: serve.NewJournal(time.Now, nil), Control: l.Addr()}
	sv, err := serve.Start(s, o)
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	t.Cleanup(serve.StartControl(l, sv, serve.NewDirector(sv, s, nil), o.Journal).Close)
	return controlled{sv, t, sv.Table().Control}
}

// ask gives the status and the body of an answer.
func (c controlled) ask(method, path, body string, edits ...func(*http.Request)) (int, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	require.NoError(c.t, err)
	r.Close = true
	for _, edit := range edits {
		edit(r)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(c.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	return answer.StatusCode, string(text)
}

func (c controlled) get(path string, into any) {
	c.t.Helper()
	status, text := c.ask("GET", path, "")
	require.Equal(c.t, 200, status, text)
	require.NoError(c.t, json.Unmarshal([]byte(text), into), text)
}

func (c controlled) patch(body string) {
	c.t.Helper()
	status, text := c.ask("PATCH", "/scenario", body)
	require.Equal(c.t, 200, status, text)
}

// A fault, a record and a certificate are changed while everything runs, and
// taken back.
func TestControlChanges(t *testing.T) {
	t.Parallel()
	c := control(t, plainText)
	table := c.Table()

	c.patch("hosts:\n  192.0.2.1: one, starttls=454\n")
	assert.ErrorContains(t, session(t, table, "192.0.2.1:25").StartTLS(&tls.Config{ServerName: "mx1.example.com"}), "454")

	c.patch("zone: |\n  mx1.example.com. 300 IN A 192.0.2.2\n")
	addrs, err := resolver(table, "udp").LookupHost(t.Context(), "mx1.example.com.")
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.2"}, addrs)

	c.patch("faults:\n  - servfail example.com. MX\n")
	_, err = resolver(table, "udp").LookupMX(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "server misbehaving")

	secure := func(name string) error {
		return session(t, table, "192.0.2.2:25").StartTLS(&tls.Config{ServerName: name, RootCAs: roots(c.Server)})
	}
	assert.NoError(t, secure("mx2.example.com"))
	c.patch("certs:\n  two: SAN=other.example.com\n")
	assert.ErrorContains(t, secure("mx2.example.com"), "other.example.com")

	status, text := c.ask("GET", "/scenario", "")
	assert.Equal(t, 200, status)
	for _, line := range []string{"192.0.2.1: one, starttls=454", "two: SAN=other.example.com", "- servfail example.com. MX", "mx1.example.com. 300 IN A 192.0.2.2"} {
		assert.Contains(t, text, "  "+line+"\n")
	}
	_, err = scenarios.Parse("f.yaml", "f", []byte(text))
	assert.NoError(t, err, "it can be served again")

	status, text = c.ask("DELETE", "/scenario", "")
	require.Equal(t, 200, status, text)
	var now serve.Table
	require.NoError(t, json.Unmarshal([]byte(text), &now))
	assert.Equal(t, table, now)
	assert.NoError(t, secure("mx2.example.com"))
}

// What happened can be read, from where one left off.
func TestControlReads(t *testing.T) {
	t.Parallel()
	c := control(t, plainText)
	_, err := resolver(c.Table(), "udp").LookupMX(t.Context(), "example.com.")
	require.NoError(t, err)
	s := session(t, c.Table(), "192.0.2.1:25")
	require.NoError(t, s.StartTLS(&tls.Config{ServerName: "mx1.example.com", RootCAs: roots(c.Server)}))
	require.NoError(t, send(s))

	var queries []serve.Query
	c.get("/queries", &queries)
	require.NotEmpty(t, queries)
	assert.Equal(t, "MX", queries[0].Type)
	c.get("/queries?after=1", &queries)
	assert.Empty(t, queries)
	var hellos []serve.Hello
	c.get("/hellos", &hellos)
	assert.Equal(t, "mx1.example.com", hellos[0].SNI)
	var sessions []serve.Session
	c.get("/sessions", &sessions)
	assert.Contains(t, sessions[0].Dialogue, serve.Line{By: "client", TLS: true, Text: "MAIL FROM:<a@client.test> BODY=8BITMIME"})
	var messages []serve.Message
	c.get("/messages", &messages)
	assert.Equal(t, "a@client.test", messages[0].From)
	status, text := c.ask("GET", "/messages/1", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "Subject: s\r\n\r\nx\r\n", text)
	var fetches []serve.Fetch
	c.get("/fetches", &fetches)
	assert.Empty(t, fetches)
	var table serve.Table
	c.get("/table", &table)
	assert.Equal(t, c.Table(), table)
	status, text = c.ask("GET", "/", "")
	assert.Equal(t, 200, status)
	assert.Contains(t, text, "PATCH  /scenario")
}

func TestControlPlays(t *testing.T) {
	t.Parallel()
	c := control(t, plainText+"then:\n  - phase: second\n    hosts:\n      192.0.2.1: one, rcpt=450\n  - phase: third\n    hosts:\n      192.0.2.1: one, rcpt=550\n")
	rcpt := func() error { return send(session(t, c.Table(), "192.0.2.1:25")) }
	require.NoError(t, rcpt())
	status, text := c.ask("POST", "/phase", "")
	require.Equal(t, 200, status, text)
	assert.ErrorContains(t, rcpt(), "450")
	status, text = c.ask("POST", "/phase", `{"phase": "third"}`)
	require.Equal(t, 200, status, text)
	assert.ErrorContains(t, rcpt(), "550")
	status, text = c.ask("GET", "/phase", "")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"phase": "third", "phases": ["", "second", "third"]}`, text)
}

// What cannot be done changes nothing, and the answer says what to write.
func TestControlRefuses(t *testing.T) {
	t.Parallel()
	c := control(t, plainText)
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	origin := func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1") }
	none := func(*http.Request) {}
	for _, row := range []struct {
		method, path, body string
		edit               func(*http.Request)
		status             int
		text               string
	}{
		{"GET", "/table", "", host("evil.example"), 403, "ask for 127.0.0.1"},
		{"GET", "/table", "", host("evil.example:80"), 403, "ask for 127.0.0.1"},
		{"GET", "/table", "", host("127.0.0.1.evil.example"), 403, "ask for 127.0.0.1"},
		{"GET", "/table", "", host("192.0.2.1:80"), 403, "ask for 127.0.0.1"},
		{"GET", "/table", "", host("localhost:80"), 200, "192.0.2.1:25"},
		{"GET", "/table", "", host("[::1]:80"), 200, "192.0.2.1:25"},
		{"GET", "/table", "", host("[::1]"), 200, "192.0.2.1:25"},
		{"GET", "/table", "", origin, 200, "192.0.2.1:25"},
		{"POST", "/phase", "", origin, 403, "without the header Origin"},
		{"PATCH", "/scenario", "hosts:\n  192.0.2.1: no-tls\n", origin, 403, "without the header Origin"},
		{"PATCH", "/scenario", strings.Repeat("#", 1<<20+1), none, 413, "1048576 octets"},
		{"PATCH", "/scenario", "hosts:\n  192.0.2.1: one, starttls=no\n", none, 400, "change 1:2:19: "},
		{"PATCH", "/scenario", "", none, 400, "there is no change"},
		{"POST", "/phase", "", none, 409, "the last phase"},
		{"POST", "/phase", `{"phase": "x"}`, none, 400, "has no phases"},
		{"POST", "/phase", `{"name": "x"}`, none, 400, `write {"phase": "NAME"}`},
		{"GET", "/queries?after=x", "", none, 400, "/queries?after=12"},
		{"GET", "/messages/7", "", none, 404, "/messages lists"},
		{"GET", "/nothing", "", none, 404, "GET    /sessions"},
		{"PUT", "/scenario", "", none, 404, "PATCH  /scenario"},
	} {
		status, text := c.ask(row.method, row.path, row.body, row.edit)
		assert.Equal(t, row.status, status, "%s %s: %s", row.method, row.path, text)
		assert.Contains(t, text, row.text, "%s %s", row.method, row.path)
	}
	assert.NoError(t, send(session(t, c.Table(), "192.0.2.1:25")), "nothing has changed")
}

func TestControlStaysOnLoopback(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "mx.example.com:80", "127.0.0.1"} {
		_, err := serve.ListenControl(addr)
		assert.ErrorContains(t, err, "127.0.0.1", addr)
	}
}

// Servers of different scenarios know nothing of each other.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	one, two := control(t, plainText), control(t, strings.ReplaceAll(plainText, "192.0.2.2", "192.0.2.9"))
	one.patch("hosts:\n  192.0.2.1: one, rcpt=550\n")
	assert.ErrorContains(t, send(session(t, one.Table(), "192.0.2.1:25")), "550")
	assert.NoError(t, send(session(t, two.Table(), "192.0.2.1:25")))
	for c, want := range map[controlled]string{one: "192.0.2.2", two: "192.0.2.9"} {
		addrs, err := resolver(c.Table(), "udp").LookupHost(t.Context(), "mx2.example.com.")
		require.NoError(t, err)
		assert.Equal(t, []string{want}, addrs)
	}
	var sessions []serve.Session
	two.get("/sessions", &sessions)
	assert.Len(t, sessions, 1)
	c := session(t, one.Table(), "192.0.2.2:25")
	assert.Error(t, c.StartTLS(&tls.Config{ServerName: "mx2.example.com", RootCAs: roots(two.Server)}), "each has keys of its own")
}
