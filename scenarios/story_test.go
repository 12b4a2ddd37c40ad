package scenarios_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

const portal = `title: The portal moves
domain: example.com
phase: before

zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  mx1.example.com.  300 IN TXT gone

certs:
  old: SAN=mx1.example.com until=+1d
  new: SAN=mx1.example.com until=+90d

hosts:
  192.0.2.1: old

faults:
  - servfail 1.2.0.192.in-addr.arpa. PTR

sender:
  ehlo: mail.sender.example
  tls: 1.2

expect:
  esa/5: deferred certificate-host-mismatch

scenery:
  - mx1.example.com. TXT

views:
  inside:
    zone: |
      mx1.example.com.  300 IN A 198.51.100.1
    hosts:
      198.51.100.1: new
    expect:
      esa/no: cleartext

then:
  - phase: expired
    at: +48h
    title: The old certificate has expired
    without:
      - mx1.example.com. TXT
    expect:
      esa/5: deferred certificate-expired
  - phase: renewed
    zone: |
      example.com.      300 IN MX 10 mx2.example.com.
      mx2.example.com.  300 IN A  192.0.2.2
    hosts:
      192.0.2.1: new
      192.0.2.2: new, starttls=454
    faults: none
    sender:
      tls: 1.3
    views:
      inside:
        hosts:
          198.51.100.1: no-tls
        expect:
          esa/1: cleartext via mx2.example.com
`

func TestStoryIsAListOfPlainWorlds(t *testing.T) {
	t.Parallel()
	first, err := scenarios.Parse("p.yaml", "p", []byte(portal))
	require.NoError(t, err)
	worlds := map[string]*scenarios.Scenario{}
	var names []string
	for _, w := range first.Story().Worlds {
		names, worlds[w.Name] = append(names, w.Name), w
		assert.Same(t, first.Story(), w.Story(), w.Name)
	}
	assert.Equal(t, []string{"p/before", "p/before@inside", "p/expired", "p/expired@inside", "p/renewed", "p/renewed@inside"}, names)
	for _, c := range []struct {
		world  string
		at     time.Duration
		title  string
		zone   string
		hosts  string
		claims string
	}{
		{"p/before", 0, "The portal moves", "MX 10 mx1.example.com.; A 192.0.2.1; TXT \"gone\"", "192.0.2.1 old", "esa/required-verify deferred certificate-host-mismatch"},
		{"p/before@inside", 0, "The portal moves", "MX 10 mx1.example.com.; TXT \"gone\"; A 198.51.100.1", "192.0.2.1 old; 198.51.100.1 new", "esa/no cleartext"},
		{"p/expired", 48 * time.Hour, "The old certificate has expired", "MX 10 mx1.example.com.; A 192.0.2.1", "192.0.2.1 old", "esa/required-verify deferred certificate-expired"},
		{"p/expired@inside", 48 * time.Hour, "The old certificate has expired", "MX 10 mx1.example.com.; A 198.51.100.1", "192.0.2.1 old; 198.51.100.1 new", ""},
		{"p/renewed", 48 * time.Hour, "The old certificate has expired", "A 192.0.2.1; MX 10 mx2.example.com.; A 192.0.2.2", "192.0.2.1 new; 192.0.2.2 new, starttls=454", ""},
		{"p/renewed@inside", 48 * time.Hour, "The old certificate has expired", "MX 10 mx2.example.com.; A 192.0.2.2; A 198.51.100.1", "192.0.2.1 new; 192.0.2.2 new, starttls=454; 198.51.100.1 no-tls", "esa/no cleartext via mx2.example.com"},
	} {
		w := worlds[c.world]
		var zone, hosts, claims []string
		for _, r := range w.Zone.Records() {
			zone = append(zone, r.Type+" "+r.Data)
		}
		for _, h := range w.Hosts {
			hosts = append(hosts, h.Addr.String()+" "+h.Host.String())
		}
		for _, e := range w.Expect {
			claims = append(claims, e.Mode+" "+strings.Join(e.Words, " "))
		}
		assert.Equal(t, c.at, w.At, c.world)
		assert.Equal(t, c.title, w.Title, c.world)
		assert.Equal(t, c.zone, strings.Join(zone, "; "), c.world)
		assert.Equal(t, c.hosts, strings.Join(hosts, "; "), c.world)
		assert.Equal(t, c.claims, strings.Join(claims, "; "), "%s: claims are not inherited", c.world)
	}
	assert.Len(t, worlds["p/before"].Scenery, 1)
	assert.Empty(t, worlds["p/expired"].Scenery, "what a phase takes away is scenery no more")
	assert.Len(t, worlds["p/expired"].Faults, 1)
	assert.Empty(t, worlds["p/renewed"].Faults, "faults: none")
	assert.Equal(t, []string{"renewed", "inside"}, []string{worlds["p/renewed@inside"].Phase, worlds["p/renewed@inside"].View})
	sender := worlds["p/renewed"].Sender
	assert.Equal(t, "mail.sender.example", sender.EHLO, "a key that a phase does not give stays")
	assert.Equal(t, []uint16{0x0304, 0x0304}, []uint16{sender.MinTLS, sender.MaxTLS})
}

// view: names what stands at the top level, as phase: does for the first phase.
func TestTheDefaultViewMayHaveAName(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "p.yaml")
	require.NoError(t, os.WriteFile(file, []byte("view: outside\n"+portal), 0o666))
	base := strings.TrimSuffix(filepath.ToSlash(file), ".yaml")
	assert.Equal(t, []string{base + "/before@outside", base + "/before@inside", base + "/expired@outside", base + "/expired@inside",
		base + "/renewed@outside", base + "/renewed@inside"}, found(t, file))
	assert.Equal(t, []string{base + "/expired@outside"}, found(t, file+"/expired@outside"))
	worlds, err := scenarios.Find(file + "@outside")
	require.NoError(t, err)
	assert.Equal(t, "outside", worlds[0].View)
	assert.Len(t, worlds[0].Expect, 1, "its claims are those of the top level")
}

func TestFindSelectsWorlds(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "p.yaml")
	require.NoError(t, os.WriteFile(file, []byte(portal), 0o666))
	base := strings.TrimSuffix(filepath.ToSlash(file), ".yaml")
	for _, c := range []struct{ suffix, want string }{
		{"", "/before /before@inside /expired /expired@inside /renewed /renewed@inside"},
		{"/expired", "/expired /expired@inside"},
		{"@inside", "/before@inside /expired@inside /renewed@inside"},
		{"/renewed@inside", "/renewed@inside"},
	} {
		var got []string
		for _, name := range found(t, file+c.suffix) {
			got = append(got, strings.TrimPrefix(name, base))
		}
		assert.Equal(t, c.want, strings.Join(got, " "), c.suffix)
	}
	_, err := scenarios.Find(file + "/renewd")
	assert.ErrorContains(t, err, `has no phase "renewd"; it has before, expired, renewed; did you mean "renewed"?`)
	_, err = scenarios.Find(file + "@outside")
	assert.ErrorContains(t, err, `has no view "outside"; it has inside`)
	_, err = scenarios.Find("hosted/ptr-not-mx/later")
	assert.ErrorContains(t, err, `hosted/ptr-not-mx has no phase "later"; it has none`)
}

// The golden file of a story has its worlds one after the other.
func TestGoldenOfAStory(t *testing.T) {
	t.Parallel()
	load := func(golden string) []*scenarios.Scenario {
		s, err := scenarios.Load(fstest.MapFS{"p.yaml": {Data: []byte(portal)}, "p.golden": {Data: []byte(golden)}}, "p.yaml")
		require.NoError(t, err)
		return s.Story().Worlds
	}
	worlds := load("")
	text := worlds[0].Story().Golden(func(w *scenarios.Scenario) ([]byte, bool) {
		return []byte("scenario " + w.GoldenName() + "\n\nabout " + w.Name + "\n"), w.View == ""
	})
	assert.Equal(t, "scenario p/before\n\nabout p/before\n\nscenario p/expired\n\nabout p/expired\n\nscenario p/renewed\n\nabout p/renewed\n", string(text))
	worlds = load(string(text))
	for _, w := range worlds {
		got, ok := w.Golden()
		assert.True(t, ok, "the file is there")
		want := ""
		if w.View == "" {
			want = "scenario " + w.Name + "\n\nabout " + w.Name + "\n"
		}
		assert.Equal(t, want, string(got), w.Name)
	}
	again := worlds[0].Story().Golden(func(w *scenarios.Scenario) ([]byte, bool) { return []byte("new\n"), w.Name == "p/expired" })
	assert.Equal(t, strings.Replace(string(text), "scenario p/expired\n\nabout p/expired\n", "new\n", 1), string(again), "other worlds stay")
	stale, _ := load(strings.Replace(string(text), "\nscenario p/renewed", "\nscenario p/other\n\nx\n\nscenario p/renewed", 1))[2].Golden()
	assert.Contains(t, string(stale), "scenario p/other", "what belongs to no world is noticed in the one above it")
}

func TestHostsWithKeys(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(short+`certs:
  a: SAN=a.example
  b: SAN=b.example key=rsa2048
hosts:
  192.0.2.1:
    cert: a, b
    faults: rcpt=550
    sni:
      b.example: b
    greeting: mx.example.com Microsoft ESMTP MAIL Service ready
  192.0.2.2:
    attempts:
      - a, rcpt=451
      - b
  192.0.2.3:
    share:
      - a
      - b, no-starttls
      - no-tls
  192.0.2.4:
    cert: no-tls
    script: |
      <- 220 hello
      close
`))
	require.NoError(t, err)
	assert.Equal(t, "a, rcpt=550", s.Hosts[0].Host.String())
	assert.Equal(t, []string{"b"}, s.Hosts[0].Certs)
	assert.Equal(t, []scenarios.SNI{{Name: "b.example", Cert: "b"}}, s.Hosts[0].SNI)
	assert.Equal(t, "mx.example.com Microsoft ESMTP MAIL Service ready", s.Hosts[0].Greeting)
	turns := func(h scenarios.Host) string {
		var all []string
		for k := range 5 {
			all = append(all, h.Turn(k).String())
		}
		return strings.Join(all, "; ")
	}
	assert.Equal(t, "a, rcpt=550; a, rcpt=550; a, rcpt=550; a, rcpt=550; a, rcpt=550", turns(s.Hosts[0]))
	assert.Equal(t, "a, rcpt=451; b; b; b; b", turns(s.Hosts[1]), "the last attempt stays")
	assert.Equal(t, "a; b, no-starttls; no-tls; a; b, no-starttls", turns(s.Hosts[2]), "one after the other")
	assert.Equal(t, "a", s.Hosts[2].Host.String())
	assert.Equal(t, "<- 220 hello\nclose\n", s.Hosts[3].Script)
}

func TestSender(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(short+`certs:
  client: CN=mail.sender.example
  old-root: CN="Old Root" ca
sender:
  domain: sender.example
  ehlo: mail.sender.example
  address: 198.51.100.1, 2001:db8::5
  recipient: postmaster
  tls: 1.0-1.2
  cert: client
  trust: old-root, public
  options: mx-names=connected
`))
	require.NoError(t, err)
	assert.Equal(t, "sender.example mail.sender.example [198.51.100.1 2001:db8::5] postmaster 301 303 client [old-root public] [mx-names=connected]",
		strings.TrimSpace(sprintSender(s.Sender)))
}

func TestClaimsGoOn(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(short+`expect:
  esa/1: deferred smtp-refused, then deferred unreachable, then cleartext
  esa/2: deferred, finally bounced null-mx
  esa/3: finally bounced
`))
	require.NoError(t, err)
	assert.Equal(t, scenarios.Words{"deferred", "smtp-refused"}, s.Expect[0].Words)
	assert.Equal(t, []scenarios.Words{{"deferred", "unreachable"}, {"cleartext"}}, s.Expect[0].Then)
	assert.Equal(t, scenarios.Words{"bounced", "null-mx"}, s.Expect[1].Finally)
	assert.Empty(t, s.Expect[2].Words)
	assert.Equal(t, scenarios.Words{"bounced"}, s.Expect[2].Finally)
}

func sprintSender(s scenarios.Sender) string {
	return fmt.Sprintf("%s %s %v %s %x %x %s %v %v", s.Domain, s.EHLO, s.Addrs, s.Recipient, s.MinTLS, s.MaxTLS, s.Cert, s.Trust, s.Options)
}

// What a product is set to counts in each mode that has the option, unless a
// claim states it.
func TestSenderOptions(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(short+`sender:
  options: mx-names=connected algorithm=old
expect:
  esa/1: bounced
  esa/5: bounced
  esa/6: bounced
  esa/6 mx-names=all: bounced
`))
	require.NoError(t, err)
	var claimed, run []string
	for _, c := range s.Expect {
		claimed = append(claimed, c.Mode)
	}
	for _, p := range s.Policies(scenarios.Modes()[:6]) {
		run = append(run, p.Mode())
	}
	assert.Equal(t, []string{"esa/no", "esa/required-verify algorithm=old", "esa/required-verify-hosted-domains mx-names=connected", "esa/required-verify-hosted-domains"}, claimed)
	assert.Equal(t, []string{"esa/no", "esa/preferred", "esa/required", "esa/preferred-verify algorithm=old", "esa/required-verify algorithm=old", "esa/required-verify-hosted-domains mx-names=connected"}, run)
}
