package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mxlab/verify"
)

// What a fetch takes at most.
const (
	FetchTimeout = 15 * time.Second // wincrypt.h, CERT_CHAIN_URL_RETRIEVAL_TIMEOUT_MILLISECONDS_DEFAULT
	MaxBody      = 16 << 20         // octets; Windows takes 100 MiB (CERT_CHAIN_MAX_URL_RETRIEVAL_BYTE_COUNT_DEFAULT)
	MaxRedirects = 5                // no document states a number for Windows
)

// Fetch makes one request by HTTP, within a time: to an address of the URL's
// host, found by [Client.Lookup], A before AAAA, at port 80 unless the URL says
// another. Redirects are followed, but never to another scheme than http; one
// that is not followed is the response. With [Client.Proxy] each request goes to
// the proxy, which finds the host (RFC 9112 section 3.2.2). Nothing is kept between
// two calls, no connection and no cookie, and no credentials are sent. Whatever the network and the
// host do is a Response; only our own side's trouble is an error.
func (c *Client) Fetch(ctx context.Context, r verify.Request, within time.Duration) (verify.Response, error) {
	began := c.Now()
	code, body, err := c.follow(ctx, r, began.Add(within))
	took := c.Now().Sub(began)
	var fault fetchFault
	switch {
	case err == nil:
		return verify.Got(code, body, took), nil
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.As(err, &fault):
		return verify.Response{Fault: verify.FetchFault(fault), Took: took}, nil
	}
	return verify.Response{}, fmt.Errorf("fetch %s: %w", r.URL, err)
}

// A fetchFault is what the network or the host did, as an error.
type fetchFault verify.FetchFault

func (f fetchFault) Error() string { return string(f) }

// faulty gives the fault for an error of a connection, or the error if it is our
// own side's.
func faulty(err error) error {
	switch what, _ := cause(err); what {
	case verify.ConnectionSilent:
		return fetchFault(verify.FetchSilent)
	case verify.ConnectionRefused, verify.ConnectionClosed:
		return fetchFault(verify.FetchUnreachable)
	}
	return err
}

// follow makes a request and follows the redirects.
func (c *Client) follow(ctx context.Context, r verify.Request, until time.Time) (code int, body []byte, err error) {
	to, err := url.Parse(r.URL)
	if err != nil || to.Scheme != "http" || to.Hostname() == "" {
		return 0, nil, fetchFault(verify.FetchNotHTTP)
	}
	posted := r.Body
	for hop := 0; ; hop++ {
		req := request(to, posted)
		next := ""
		if code, body, next, err = c.roundTrip(ctx, req, until); err != nil {
			return 0, nil, err
		}
		onward, err := to.Parse(next)
		if next == "" || err != nil || onward.Scheme != "http" || onward.Hostname() == "" || hop == MaxRedirects {
			return code, body, nil
		}
		// RFC 9110 section 15.4: only 307 and 308 keep the method for certain.
		if code != http.StatusTemporaryRedirect && code != http.StatusPermanentRedirect {
			posted = ""
		}
		to = onward
	}
}

// request makes an HTTP request: a GET, or an OCSP request that is posted (RFC
// 6960 appendix A.1).
func request(to *url.URL, posted string) *http.Request {
	req := &http.Request{Method: http.MethodGet, URL: to, Host: to.Host, Close: true, Header: http.Header{"User-Agent": {"mxlab"}}}
	if posted != "" {
		req.Method = http.MethodPost
		req.Header.Set("Content-Type", "application/ocsp-request")
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(posted)), int64(len(posted))
	}
	return req
}
