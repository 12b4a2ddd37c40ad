package probe

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"mxlab/verify"
)

const (
	maxHeader  = 64 << 10 // octets of a response before its body
	maxInterim = 10       // responses 1xx before the final one
)

// roundTrip makes one request on a connection of its own. onward is where a
// redirect leads. http.Transport is not used, because it watches the wall clock
// and leaves goroutines behind; here all is over when the call is.
func (c *Client) roundTrip(ctx context.Context, req *http.Request, until time.Time) (code int, body []byte, onward string, err error) {
	to, write := req.URL, req.Write
	if c.Proxy != "" {
		to, write = &url.URL{Scheme: "http", Host: c.Proxy}, req.WriteProxy
	}
	conn, err := c.reach(ctx, to, until)
	if err != nil {
		return 0, nil, "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := conn.SetDeadline(until); err != nil {
		return 0, nil, "", faulty(err)
	}
	if err := write(conn); err != nil {
		return 0, nil, "", faulty(err)
	}
	return readResponse(conn, req)
}

// readResponse reads what a web host answers.
func readResponse(from io.Reader, req *http.Request) (code int, body []byte, onward string, err error) {
	w := &wire{from: from, left: maxHeader}
	br := bufio.NewReader(w)
	resp, err := http.ReadResponse(br, req)
	for n := 0; err == nil && resp.StatusCode/100 == 1 && n < maxInterim; n++ { // RFC 9110 section 15.2
		resp, err = http.ReadResponse(br, req)
	}
	if err != nil {
		return 0, nil, "", w.fault(err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if onward = resp.Header.Get("Location"); onward != "" {
			return resp.StatusCode, nil, onward, nil
		}
	}
	w.left = MaxBody + maxHeader // for chunks and trailers
	if body, err = readBody(resp); err != nil {
		return 0, nil, "", w.fault(err)
	}
	return resp.StatusCode, body, "", nil
}

// readBody reads a body of known length into as many octets, because a list may
// be large.
func readBody(resp *http.Response) ([]byte, error) {
	switch n := resp.ContentLength; {
	case n > MaxBody:
		return nil, errTooMuch
	case n >= 0:
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody+1))
	if err == nil && len(body) > MaxBody {
		err = errTooMuch
	}
	return body, err
}

// errTooMuch ends the reading of an answer without end.
var errTooMuch = errors.New("more octets than are read")

// A wire bounds what is read, and keeps how the connection ended, which parsers
// hide.
type wire struct {
	from io.Reader
	left int
	err  error
}

func (w *wire) Read(b []byte) (n int, err error) {
	if w.left <= 0 {
		w.err = errTooMuch
		return 0, errTooMuch
	}
	n, err = w.from.Read(b[:min(len(b), w.left)])
	w.left -= n
	w.err = err
	return n, err
}

// fault gives the fault for an error that stopped the reading.
func (w *wire) fault(err error) error {
	switch {
	case w.err == errTooMuch, errors.Is(err, errTooMuch):
		return fetchFault(verify.FetchTooLarge)
	case w.err != nil && w.err != io.EOF:
		return faulty(w.err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fetchFault(verify.FetchUnreachable)
	}
	return fetchFault(verify.FetchNotHTTP)
}

// reach connects to the first address of a URL's host that takes the connection.
func (c *Client) reach(ctx context.Context, to *url.URL, until time.Time) (net.Conn, error) {
	port := to.Port()
	if port == "" {
		port = "80"
	}
	host := strings.ToLower(strings.TrimSuffix(to.Hostname(), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return c.knock(ctx, net.JoinHostPort(host, port), until)
	}
	var failed error = fetchFault(verify.FetchNoName)
	for _, typ := range []string{"A", "AAAA"} {
		answer, err := c.lookup(ctx, verify.Question{Name: host, Type: typ})
		if err != nil {
			return nil, err
		}
		for _, addr := range answer.Addrs {
			conn, err := c.knock(ctx, net.JoinHostPort(addr.String(), port), until)
			if err == nil {
				return conn, nil
			}
			if failed = err; !errors.As(err, new(fetchFault)) {
				return nil, err
			}
		}
	}
	return nil, failed
}

// knock connects to one address, if there is time left.
func (c *Client) knock(ctx context.Context, address string, until time.Time) (net.Conn, error) {
	left := until.Sub(c.Now())
	if left <= 0 {
		return nil, fetchFault(verify.FetchSilent)
	}
	conn, err := c.dial(ctx, "tcp", address, min(left, ConnectTimeout))
	if err != nil {
		return nil, faulty(err)
	}
	return conn, nil
}
