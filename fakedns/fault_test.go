package fakedns

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Fault{
		"servfail mx02.example.com. A":               {Kind: ServFail, Owner: "mx02.example.com", Type: "A"},
		"refused Example.COM mx":                     {Kind: Refused, Owner: "example.com", Type: "MX"},
		"timeout . NS ; the root":                    {Kind: Timeout, Owner: ".", Type: "NS"},
		" truncate\texample.com. TYPE16 ":            {Kind: Truncate, Owner: "example.com", Type: "TXT"},
		"delay=1m30s example.com. ANY\n":             {Kind: Delay, Delay: 90 * time.Second, Owner: "example.com", Type: "ANY"},
		"loss=1/2 a.test. A":                         {Kind: Loss, Lost: 1, Of: 2, Owner: "a.test", Type: "A"},
		"size=512 a.test. A":                         {Kind: Size, Size: 512, Owner: "a.test", Type: "A"},
		"edns=notimp a.test. A":                      {Kind: EDNS, EDNS: NotImp, Owner: "a.test", Type: "A"},
		"truncate a.test. A tcp=reset":               {Kind: Truncate, TCP: reset, Owner: "a.test", Type: "A"},
		"truncate a.test. A attempts=2- tcp=timeout": {Kind: Truncate, TCP: Timeout, First: 2, Owner: "a.test", Type: "A"},
		"nxdomain a.test. A attempts=1":              {Kind: NXDomain, First: 1, Last: 1, Owner: "a.test", Type: "A"},
		"wrong-id a.test. A attempts=1-3":            {Kind: WrongID, First: 1, Last: 3, Owner: "a.test", Type: "A"},
		"wrong-question a.test. A attempts=2-3":      {Kind: WrongQuestion, First: 2, Last: 3, Owner: "a.test", Type: "A"},
		"lame \\097.test. A ; the same as a.test":    {Kind: Lame, Owner: "a.test", Type: "A"},
	} {
		got, err := ParseFault(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, got, line)
	}
}

// Every kind is a word, and is written as it is read.
func TestFaultIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, k := range FaultKinds() {
		value := map[FaultKind]string{Delay: "=2s", Loss: "=2/3", Size: "=65535", EDNS: "=timeout"}[k]
		for _, options := range []string{"", " attempts=1", " attempts=2-", " attempts=2-3"} {
			line := string(k) + value + " a.test. MX" + options
			f, err := ParseFault(line)
			require.NoError(t, err, line)
			assert.Equal(t, line, f.String())
		}
	}
	assert.Equal(t, "truncate a.test. A tcp=reset attempts=1", Fault{Kind: Truncate, Owner: "a.test", Type: "A", TCP: reset, Last: 1}.String())
}

// The place of each error is marked by a ^ before it.
func TestFaultErrors(t *testing.T) {
	t.Parallel()
	for marked, help := range map[string]string{
		"^":                                      "KIND OWNER TYPE",
		"servfail^":                              "KIND OWNER TYPE",
		"servfail example.com.^":                 "KIND OWNER TYPE",
		"servfail example.com. A ^MX":            "known are attempts=, tcp=",
		"servfail example.com. A\n^refused":      "KIND OWNER TYPE",
		"^srvfail example.com. A":                "write servfail",
		"^time-out example.com. A":               "write timeout",
		"^nonsense example.com. A":               "known are formerr",
		"^notath example.com. A":                 "write notauth",
		"^NXDOMAIN example.com. A":               "write nxdomain",
		"servfail^=2 example.com. A":             "no value",
		"delay^ example.com. A":                  "delay=2s",
		"delay^= example.com. A":                 "delay=2s",
		"delay^=2 example.com. A":                "delay=2s",
		"delay^=-2s example.com. A":              "delay=2s",
		"delay^=61m example.com. A":              "1h0m0s",
		"loss^ example.com. A":                   "loss=1/2",
		"loss^=1 example.com. A":                 "loss=1/2",
		"loss^=0/2 example.com. A":               "loss=1/2",
		"loss^=2/2 example.com. A":               "timeout for all",
		"loss^=1/1001 example.com. A":            "1000",
		"size^=511 example.com. A":               "512",
		"size^=65536 example.com. A":             "65535",
		"size^=-600 example.com. A":              "size=65535",
		"edns^ example.com. A":                   "edns=formerr",
		"edns^=servfail example.com. A":          "edns=formerr",
		"servfail ^a..example A":                 "no domain name",
		`servfail ^"example.com." A`:             "no domain name",
		"servfail example.com. ^AAA":             "write AAAA",
		"servfail example.com. ^TYPE0":           "known are A",
		"servfail example.com. (^":               "closed",
		"servfail a.test. A attempts^":           "attempts=1",
		"servfail a.test. A attempts^=0":         "attempts=1",
		"servfail a.test. A attempts^=1-":        "attempts=2-",
		"servfail a.test. A attempts^=-2":        "attempts=1",
		"servfail a.test. A attempts^=3-2":       "attempts=2-3",
		"servfail a.test. A attempts^=1-x":       "attempts=2-3",
		"servfail a.test. A ^atempts=1":          "write attempts=",
		"timeout a.test. A attempts=1 ^attempts": "second time",
		"servfail a.test. A ^tcp=reset":          "belongs to truncate",
		"truncate a.test. A tcp^=refused":        "tcp=reset",
		"truncate a.test. A tcp=reset ^tcp=":     "second time",
	} {
		t.Run(marked, func(t *testing.T) {
			t.Parallel()
			at := strings.IndexByte(marked, '^')
			if strings.HasSuffix(marked, "(^") {
				at--
			}
			_, err := ParseFault(strings.Replace(marked, "^", "", 1))
			var se *SyntaxError
			require.ErrorAs(t, err, &se)
			assert.Equal(t, at, se.Offset, se.Msg)
			assert.Contains(t, se.Msg, help)
		})
	}
}

// A telling is one call of Silent or Delayed.
type telling struct {
	peer string
	sent int64
	late time.Duration
}

// teller is a server that tells of silence and delays.
func teller(t *testing.T, zone string, faults ...string) (*Server, chan telling) {
	t.Helper()
	told := make(chan telling, 16)
	srv := &Server{
		Silent:  func(peer net.Addr, sent int64) { told <- telling{peer: peer.String(), sent: sent} },
		Delayed: func(peer net.Addr, d time.Duration) { told <- telling{peer: peer.String(), late: d} },
	}
	z, err := ParseZone(zone, "")
	require.NoError(t, err)
	srv.SetZone(z)
	setFaults(t, srv, faults...)
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	return srv, told
}

// heard returns what was told next.
func heard(t *testing.T, told chan telling) telling {
	t.Helper()
	select {
	case what := <-told:
		return what
	case <-time.After(patience):
		require.Fail(t, "nothing was told")
		return telling{}
	}
}

func setFaults(t *testing.T, srv *Server, lines ...string) {
	t.Helper()
	var faults []Fault
	for _, line := range lines {
		f, err := ParseFault(line)
		require.NoError(t, err)
		faults = append(faults, f)
	}
	srv.SetFaults(faults)
}

func TestFaultRCodes(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	setFaults(t, srv, "servfail web.example.com. A", "refused example.com. MX", "servfail host.elsewhere.test. A", "servfail Www.example.com. AAAA", "truncate host.elsewhere.test. TXT")
	for _, c := range []struct {
		network, name, typ, status string
		outside                    bool
	}{
		{"udp", "web.example.com.", "A", "SERVFAIL", false},
		{"tcp", "WEB.example.com.", "A", "SERVFAIL", false},
		{"udp", "web.example.com.", "AAAA", "NODATA", false}, // one type
		{"udp", "example.com.", "MX", "REFUSED", false},
		{"udp", "www.example.com.", "A", "NOERROR", false}, // web.example.com is not what was asked for
		{"udp", "www.example.com.", "AAAA", "SERVFAIL", false},
		{"udp", "host.elsewhere.test.", "A", "SERVFAIL", false}, // the fault speaks for the name
		{"udp", "host.elsewhere.test.", "MX", "REFUSED", true},
		{"udp", "host.elsewhere.test.", "TXT", "REFUSED", true}, // truncated or not, somebody else would have been asked
	} {
		r := ask(t, srv, c.network, c.name, c.typ)
		kept := srv.Queries()
		last := kept[len(kept)-1]
		assert.Equal(t, c.status, last.Status, "%s %s", c.name, c.typ)
		assert.Equal(t, c.outside, last.Outside, "%s %s", c.name, c.typ)
		if c.status != "NODATA" {
			assert.Equal(t, c.status, dns.RcodeToString[r.Rcode])
		}
		if r.Rcode == dns.RcodeServerFailure {
			assert.Empty(t, r.Answer)
			assert.False(t, r.Authoritative)
		}
	}
	srv.SetFaults(nil)
	assert.Equal(t, dns.RcodeSuccess, ask(t, srv, "udp", "web.example.com.", "A").Rcode, "faults can be taken back")
}

func TestTruncateFault(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	setFaults(t, srv, "truncate web.example.com. A", "truncate no.example.com. A")
	q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
	q.SetEdns0(1232, false)
	r := exchange(t, srv, "udp", q)
	assert.True(t, r.Truncated)
	assert.Empty(t, section(r.Answer))
	assert.NotNil(t, r.IsEdns0())
	r = exchange(t, srv, "tcp", q)
	assert.False(t, r.Truncated)
	assert.Equal(t, []string{"web.example.com. 300 A 192.0.2.80"}, section(r.Answer))
	assert.Equal(t, dns.RcodeNameError, ask(t, srv, "tcp", "no.example.com.", "A").Rcode)
}

// One client asks what is answered, then what is not, over one socket: Silent
// tells exactly the octets that the client could have read until then.
func TestTimeoutTellsWhatWasSent(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"udp", "tcp"} {
		srv, told := teller(t, world, "timeout mute.example.com. A")
		c, err := net.Dial(network, srv.ListenAddr())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		co := &dns.Conn{Conn: c, UDPSize: 4096}
		var read int64
		for range 3 {
			require.NoError(t, co.WriteMsg(new(dns.Msg).SetQuestion("mute.example.com.", dns.TypeA)))
			assert.Equal(t, telling{peer: c.LocalAddr().String(), sent: read}, heard(t, told), network)
			for _, name := range []string{"web.example.com.", "example.com."} {
				require.NoError(t, co.WriteMsg(new(dns.Msg).SetQuestion(name, dns.TypeMX)))
				wire, err := co.ReadMsgHeader(nil)
				require.NoError(t, err, "the connection goes on after silence")
				read += int64(len(wire))
				if network == "tcp" {
					read += 2
				}
			}
			status := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeMX)
			status.Opcode = dns.OpcodeStatus
			require.NoError(t, co.WriteMsg(status))
			wire, err := co.ReadMsgHeader(nil)
			require.NoError(t, err)
			read += int64(len(wire))
			if network == "tcp" {
				read += 2
			}
		}
		assert.Equal(t, "TIMEOUT", srv.Queries()[0].Status)
		assert.Equal(t, c.LocalAddr().String(), srv.Queries()[0].Peer.String())
	}
}

func TestDelayTells(t *testing.T) {
	t.Parallel()
	srv, told := teller(t, world, "delay=50m web.example.com. A", "servfail example.com. MX", "delay=1s example.com. MX", "delay=2s mute.example.com. A", "timeout mute.example.com. A")
	r := ask(t, srv, "udp", "web.example.com.", "A")
	assert.Equal(t, []string{"web.example.com. 300 A 192.0.2.80"}, section(r.Answer), "told, it does not wait")
	assert.Equal(t, 50*time.Minute, heard(t, told).late)
	assert.Equal(t, dns.RcodeServerFailure, ask(t, srv, "tcp", "example.com.", "MX").Rcode, "a delay and another fault")
	assert.Equal(t, time.Second, heard(t, told).late)

	c, err := dns.DialTimeout("udp", srv.ListenAddr(), patience)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.WriteMsg(new(dns.Msg).SetQuestion("mute.example.com.", dns.TypeA)))
	assert.Equal(t, 2*time.Second, heard(t, told).late, "first late")
	assert.Equal(t, telling{peer: c.LocalAddr().String()}, heard(t, told), "then silent")
}

func TestDelayWaits(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	setFaults(t, srv, "delay=80ms web.example.com. A")
	begin := time.Now()
	r := ask(t, srv, "udp", "web.example.com.", "A")
	assert.GreaterOrEqual(t, time.Since(begin), 80*time.Millisecond)
	assert.NotEmpty(t, r.Answer)
}

func TestCloseEndsADelay(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	setFaults(t, srv, "delay=1h web.example.com. A")
	var clients sync.WaitGroup
	for _, network := range []string{"udp", "tcp"} {
		c, err := dns.DialTimeout(network, srv.ListenAddr(), patience)
		require.NoError(t, err)
		require.NoError(t, c.WriteMsg(new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)))
		clients.Go(func() {
			defer c.Close()
			if network == "tcp" {
				_, err := c.ReadMsg()
				assert.Error(t, err, "no late answer is sent")
			}
		})
	}
	require.Eventually(t, func() bool { return len(srv.Queries()) == 2 }, patience, time.Millisecond)
	closed, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() { srv.Close(); cancel() }()
	<-closed.Done()
	assert.ErrorIs(t, closed.Err(), context.Canceled, "Close waits for nobody's delay")
	clients.Wait()
}
