package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// A stage is a host of the web with its name in the DNS.
type stage struct {
	*Client
	dialled []string
	heard   []string        // what was asked for: "GET http://web.example/x"
	refuses map[string]bool // addresses
}

// webbed gives a client that finds web.example, and a host that plays for each
// request.
func webbed(t *testing.T, play func(h *host, r *http.Request)) *stage {
	c, _ := resolving(t, map[string]reply{
		"web.example. A":     answers(t, "web.example. 300 IN A 192.0.2.1", "web.example. 300 IN A 192.0.2.2"),
		"web.example. AAAA":  answers(t, "web.example. 300 IN AAAA 2001:db8::1"),
		"ipv6.example. AAAA": answers(t, "ipv6.example. 300 IN AAAA 2001:db8::1"),
		"broken.example. A":  fails(dns.RcodeServerFailure),
	})
	s := &stage{Client: c, refuses: map[string]bool{}}
	hosts := hosted(t, func(h *host) {
		r, err := http.ReadRequest(h.br)
		if err != nil {
			return // the client went away first
		}
		s.heard = append(s.heard, fmt.Sprintf("%s http://%s%s", r.Method, r.Host, r.URL))
		play(h, r)
	})
	lookups := c.Dial
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == c.Resolver {
			return lookups(ctx, network, address)
		}
		s.dialled = append(s.dialled, address)
		if s.refuses[address] {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return hosts.Dial(ctx, network, address)
	}
	return s
}

// says answers with octets, and hangs up.
func says(text string) func(*host, *http.Request) {
	return func(h *host, _ *http.Request) { io.WriteString(h.Conn, text) }
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"

func get(url string) verify.Request { return verify.Request{URL: url} }

// What is asked for, and how.
func TestFetchRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var posted []byte
	s := webbed(t, func(h *host, r *http.Request) {
		got = r
		posted, _ = io.ReadAll(r.Body)
		io.WriteString(h.Conn, fine)
	})
	r, err := s.Fetch(t.Context(), get("http://web.example/a%20list?x=1"), FetchTimeout)
	require.NoError(t, err)
	assert.Equal(t, "body", string(r.Body))
	assert.True(t, r.OK())
	assert.Equal(t, verify.Got(200, []byte("body"), 0).Sum(), r.Sum())
	assert.Equal(t, "GET", got.Method)
	assert.Equal(t, "/a%20list?x=1", got.RequestURI)
	assert.Equal(t, "web.example", got.Host)
	assert.True(t, got.Close, "no connection is kept")
	assert.Empty(t, got.Header.Get("Accept-Encoding"), "what is fetched is not to be packed")

	_, err = s.Fetch(t.Context(), verify.Request{URL: "http://web.example:8080/", Body: "\x30\x00ask"}, FetchTimeout)
	require.NoError(t, err)
	assert.Equal(t, "POST", got.Method)
	assert.Equal(t, "web.example:8080", got.Host)
	assert.Equal(t, "application/ocsp-request", got.Header.Get("Content-Type"))
	assert.Equal(t, "\x30\x00ask", string(posted))
	assert.Equal(t, []string{"192.0.2.1:80", "192.0.2.1:8080"}, s.dialled)
}

// The addresses are tried in turn, A before AAAA.
func TestFetchAddresses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		url     string
		refuses []string
		dialled []string
		fault   verify.FetchFault
	}{
		{"http://web.example/", nil, []string{"192.0.2.1:80"}, ""},
		{"http://WEB.example./", []string{"192.0.2.1:80"}, []string{"192.0.2.1:80", "192.0.2.2:80"}, ""},
		{"http://web.example/", []string{"192.0.2.1:80", "192.0.2.2:80"}, []string{"192.0.2.1:80", "192.0.2.2:80", "[2001:db8::1]:80"}, ""},
		{"http://web.example/", []string{"192.0.2.1:80", "192.0.2.2:80", "[2001:db8::1]:80"}, []string{"192.0.2.1:80", "192.0.2.2:80", "[2001:db8::1]:80"}, verify.FetchUnreachable},
		{"http://ipv6.example/", nil, []string{"[2001:db8::1]:80"}, ""},
		{"http://192.0.2.9/", nil, []string{"192.0.2.9:80"}, ""},
		{"http://[2001:db8::9]:81/", nil, []string{"[2001:db8::9]:81"}, ""},
		{"http://nowhere.example/", nil, nil, verify.FetchNoName},
		{"http://broken.example/", nil, nil, verify.FetchNoName},
		{"https://web.example/", nil, nil, verify.FetchNotHTTP},
		{"ldap:///CN=Root", nil, nil, verify.FetchNotHTTP},
		{"http:///x", nil, nil, verify.FetchNotHTTP},
		{"http://[::1", nil, nil, verify.FetchNotHTTP},
		{"", nil, nil, verify.FetchNotHTTP},
	} {
		s := webbed(t, says(fine))
		for _, a := range row.refuses {
			s.refuses[a] = true
		}
		r, err := s.Fetch(t.Context(), get(row.url), FetchTimeout)
		require.NoError(t, err, row.url)
		assert.Equal(t, row.fault, r.Fault, row.url)
		assert.Equal(t, row.dialled, s.dialled, row.url)
		assert.Equal(t, row.fault == "", r.OK(), row.url)
	}
}

// endless says the same again and again until nobody listens.
func endless(first, then string) func(*host, *http.Request) {
	return func(h *host, _ *http.Request) {
		_, err := io.WriteString(h.Conn, first)
		for chunk := strings.Repeat(then, 1+8192/len(then)); err == nil; {
			_, err = io.WriteString(h.Conn, chunk)
		}
	}
}

// Whatever a host does is a response.
func TestFetchResponses(t *testing.T) {
	t.Parallel()
	silent := func(before string) func(*host, *http.Request) {
		return func(h *host, _ *http.Request) {
			io.WriteString(h.Conn, before)
			h.silence()
		}
	}
	for _, row := range []struct {
		name  string
		play  func(*host, *http.Request)
		fault verify.FetchFault
		code  int
		body  string
	}{
		{"a body of known length", says(fine), "", 200, "body"},
		{"a body until the end", says("HTTP/1.0 200 OK\r\n\r\nbody"), "", 200, "body"},
		{"chunks", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"), "", 200, "body"},
		{"no body", says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "", 200, ""},
		{"behind a hint", says("HTTP/1.1 103 Early Hints\r\n\r\n" + fine), "", 200, "body"},
		{"an error", says("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"), "", 503, "no"},
		{"not found", says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "", 404, ""},
		{"a redirect that leads nowhere", says("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "", 302, ""},
		{"hangs up", says(""), verify.FetchUnreachable, 0, ""},
		{"hangs up in the header", says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"), verify.FetchUnreachable, 0, ""},
		{"hangs up in the body", says("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nbody"), verify.FetchUnreachable, 0, ""},
		{"hangs up in a chunk", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nbo"), verify.FetchUnreachable, 0, ""},
		{"silent", silent(""), verify.FetchSilent, 0, ""},
		{"silent in the header", silent("HTTP/1.1 200 OK\r\nContent-"), verify.FetchSilent, 0, ""},
		{"silent in the body", silent("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nbody"), verify.FetchSilent, 0, ""},
		{"mail", says("220 mx.example ESMTP\r\n"), verify.FetchNotHTTP, 0, ""},
		{"no number", says("HTTP/1.1 OK\r\n\r\n"), verify.FetchNotHTTP, 0, ""},
		{"a bad header", says("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), verify.FetchNotHTTP, 0, ""},
		{"two lengths", says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody"), verify.FetchNotHTTP, 0, ""},
		{"a bad chunk", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), verify.FetchNotHTTP, 0, ""},
		{"hints without end", endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"), "", 103, ""},
		{"a header without end", endless("HTTP/1.1 200 OK\r\n", "X: y\r\n"), verify.FetchTooLarge, 0, ""},
		{"a line without end", endless("HTTP/1.1 200 OK\r\nX: ", "y"), verify.FetchTooLarge, 0, ""},
		{"a body without end", endless("HTTP/1.1 200 OK\r\n\r\n", "z"), verify.FetchTooLarge, 0, ""},
		{"chunks without end", endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "400\r\n"+strings.Repeat("z", 0x400)+"\r\n"), verify.FetchTooLarge, 0, ""},
		{"trailers without end", endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"), verify.FetchNotHTTP, 0, ""},
		{"a length beyond the bound", says("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"), verify.FetchTooLarge, 0, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r, err := webbed(t, row.play).Fetch(t.Context(), get("http://web.example/"), FetchTimeout)
			require.NoError(t, err)
			assert.Equal(t, row.fault, r.Fault)
			assert.Equal(t, row.code, r.Code)
			assert.Equal(t, row.body, string(r.Body))
		})
	}
}

// Redirects are followed, to http alone.
func TestFetchRedirects(t *testing.T) {
	t.Parallel()
	to := func(code int, where string) string {
		return fmt.Sprintf("HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", code, where)
	}
	for _, row := range []struct {
		name  string
		pages map[string]string // by path
		post  bool
		heard []string
		code  int
	}{
		{"to another path", map[string]string{"/": to(302, "/b"), "/b": fine}, false, []string{"GET http://web.example/", "GET http://web.example/b"}, 200},
		{"to another host", map[string]string{"/": to(301, "http://ipv6.example:81/b"), "/b": fine}, false, []string{"GET http://web.example/", "GET http://ipv6.example:81/b"}, 200},
		{"as often as may be", map[string]string{"/": to(303, "/1"), "/1": to(303, "/2"), "/2": to(303, "/3"), "/3": to(303, "/4"), "/4": to(307, "/5"), "/5": fine}, false,
			[]string{"GET http://web.example/", "GET http://web.example/1", "GET http://web.example/2", "GET http://web.example/3", "GET http://web.example/4", "GET http://web.example/5"}, 200},
		{"in a circle", map[string]string{"/": to(302, "/")}, false,
			[]string{"GET http://web.example/", "GET http://web.example/", "GET http://web.example/", "GET http://web.example/", "GET http://web.example/", "GET http://web.example/"}, 302},
		{"to https", map[string]string{"/": to(301, "https://web.example/")}, false, []string{"GET http://web.example/"}, 301},
		{"to what is no address", map[string]string{"/": to(301, "http://%zz/")}, false, []string{"GET http://web.example/"}, 301},
		{"of a request that was posted", map[string]string{"/": to(302, "/b"), "/b": fine}, true, []string{"POST http://web.example/", "GET http://web.example/b"}, 200},
		{"of a request that is to be posted again", map[string]string{"/": to(308, "/b"), "/b": fine}, true, []string{"POST http://web.example/", "POST http://web.example/b"}, 200},
		{"no redirect", map[string]string{"/": to(300, "/b")}, false, []string{"GET http://web.example/"}, 300},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := webbed(t, func(h *host, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method == "POST" {
					assert.Equal(h.t, "ask", string(body))
				}
				io.WriteString(h.Conn, row.pages[r.URL.Path])
			})
			request := get("http://web.example/")
			if row.post {
				request.Body = "ask"
			}
			r, err := s.Fetch(t.Context(), request, FetchTimeout)
			require.NoError(t, err)
			assert.Equal(t, row.code, r.Code)
			assert.Equal(t, row.heard, s.heard)
		})
	}
}

// One deadline is set for everything, by the client's clock, and passes while a
// name is looked up too.
func TestFetchDeadline(t *testing.T) {
	t.Parallel()
	s := webbed(t, says("HTTP/1.1 302 Go\r\nLocation: /\r\n\r\n"))
	k := clock(s.Client)
	_, err := s.Fetch(t.Context(), get("http://192.0.2.1/"), 7*time.Second)
	require.NoError(t, err)
	want := 7 * time.Second
	assert.Equal(t, []time.Duration{want, want, want, want, want, want}, k.set)
	assert.Zero(t, k.stray)

	now := time.Now()
	s = webbed(t, says(fine))
	s.Now = func() time.Time { return now }
	through := s.Dial
	s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == s.Resolver {
			now = now.Add(7 * time.Second)
		}
		return through(ctx, network, address)
	}
	r, err := s.Fetch(t.Context(), get("http://web.example/"), 7*time.Second)
	require.NoError(t, err)
	assert.Equal(t, verify.FetchSilent, r.Fault)
	assert.Equal(t, 14*time.Second, r.Took, "the other family was looked up too")
	assert.Empty(t, s.dialled)
	r, err = s.Fetch(t.Context(), get("http://web.example/"), 8*time.Second)
	require.NoError(t, err)
	assert.True(t, r.OK())
	assert.Equal(t, 7*time.Second, r.Took)
}

// What our own side cannot do is an error.
func TestFetchErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("no network today")
	s := webbed(t, says(fine))
	through := s.Dial
	for _, at := range []string{s.Resolver, "192.0.2.1:80"} {
		s.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == at {
				return nil, broken
			}
			return through(ctx, network, address)
		}
		_, err := s.Fetch(t.Context(), get("http://web.example/"), FetchTimeout)
		assert.ErrorIs(t, err, broken)
		assert.ErrorContains(t, err, "http://web.example/")
	}

	ctx, cancel := context.WithCancel(t.Context())
	s = webbed(t, func(h *host, _ *http.Request) {
		cancel()
		h.br.ReadByte()
	})
	_, err := s.Fetch(ctx, get("http://web.example/"), FetchTimeout)
	assert.ErrorIs(t, err, context.Canceled)
}

// Gather makes each request once, and an answer that fails is evidence.
func TestGatherRequests(t *testing.T) {
	t.Parallel()
	s := webbed(t, says(fine))
	wants := func(urls ...string) verify.Policy {
		return curious(func(ev verify.Evidence) (needs []verify.Need) {
			for _, u := range urls {
				_, n := ev.Fetch(get(u))
				needs = append(needs, n...)
			}
			return needs
		})
	}
	ev := &verify.Evidence{Domain: "example.com", Routes: []verify.Route{{Addr: somewhere.Addr()}}}
	require.NoError(t, s.Gather(t.Context(), ev, []verify.Policy{wants("http://web.example/", "https://web.example/"), wants("http://web.example/")}))
	assert.Equal(t, []string{"GET http://web.example/"}, s.heard)
	assert.True(t, ev.Fetched[get("http://web.example/")].OK())
	assert.Equal(t, verify.FetchNotHTTP, ev.Fetched[get("https://web.example/")].Fault)
}

// TestFetchTenMegabytes: a large list is fetched with little more memory than it
// takes.
func TestFetchTenMegabytes(t *testing.T) {
	list := bytes.Repeat([]byte("revoked!"), 10<<17)
	s := webbed(t, func(h *host, _ *http.Request) {
		fmt.Fprintf(h.Conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(list))
		h.Conn.Write(list)
	})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, err := s.Fetch(t.Context(), get("http://192.0.2.1/"), FetchTimeout)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Len(t, r.Body, 10<<20)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), "octets allocated")
	t.Logf("%d KiB allocated", (after.TotalAlloc-before.TotalAlloc)>>10)
}

// Through a proxy every request goes to the proxy, which is asked for the whole
// URL; so do those to which a redirect leads. The host of the URL is not looked up.
func TestFetchThroughAProxy(t *testing.T) {
	t.Parallel()
	var asked []string
	s := webbed(t, func(h *host, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		if strings.HasSuffix(r.RequestURI, "/old") {
			io.WriteString(h.Conn, "HTTP/1.1 302 Found\r\nLocation: http://broken.example/new\r\nContent-Length: 0\r\n\r\n")
			return
		}
		io.WriteString(h.Conn, fine)
	})
	s.Proxy = "web.example"
	r, err := s.Fetch(t.Context(), get("http://elsewhere.example/old"), FetchTimeout)
	require.NoError(t, err)
	assert.True(t, r.OK())
	assert.Equal(t, []string{"GET http://elsewhere.example/old", "GET http://broken.example/new"}, asked)
	assert.Equal(t, []string{"192.0.2.1:80", "192.0.2.1:80"}, s.dialled)
	_, err = s.Fetch(t.Context(), verify.Request{URL: "http://elsewhere.example/ocsp", Body: "x"}, FetchTimeout)
	require.NoError(t, err)
	assert.Equal(t, "POST http://elsewhere.example/ocsp", asked[2])

	s.Proxy = "nowhere.example"
	r, err = s.Fetch(t.Context(), get("http://web.example/"), FetchTimeout)
	require.NoError(t, err)
	assert.Equal(t, verify.FetchNoName, r.Fault, "there is no way past it")
}
