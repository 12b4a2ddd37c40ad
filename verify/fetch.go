package verify

import (
	"crypto/sha256"
	"time"

	"mxlab/verify/pkix"
)

// A Request asks a web host for revocation data or for the certificate of an
// issuer. Equal requests are made once.
type Request struct {
	URL  string // http://; other schemes are not fetched
	Body string // an OCSP request in DER, which is posted (RFC 6960 appendix A.1); empty to get
}

// A Response is what came of a Request. Where there is a Fault the rest, but for
// Took, says nothing.
type Response struct {
	Fault FetchFault
	Code  int // the HTTP status
	Body  []byte
	Took  time.Duration // by the sender's clock, with the lookups of the host's name

	sum [sha256.Size]byte // of Body; zero if it was not taken
}

// Got makes the response of a host that answered. The body is not to be changed
// afterwards.
func Got(code int, body []byte, took time.Duration) Response {
	return Response{Code: code, Body: body, Took: took, sum: sha256.Sum256(body)}
}

// OK reports whether there is a body to look at.
func (r Response) OK() bool { return r.Fault == "" && r.Code == 200 }

// Sum is the SHA-256 hash of the body.
func (r Response) Sum() [sha256.Size]byte {
	if r.sum == ([sha256.Size]byte{}) {
		return sha256.Sum256(r.Body)
	}
	return r.sum
}

// A FetchFault says why there is no HTTP answer: a closed list.
type FetchFault string

// The faults of a fetch.
const (
	FetchNoName      FetchFault = "no-address"  // the host of the URL has no address, or cannot be looked up
	FetchUnreachable FetchFault = "unreachable" // nobody takes the connection, or it was lost
	FetchSilent      FetchFault = "silent"      // the sender's time for it passed
	FetchTooLarge    FetchFault = "too-large"   // more octets than a sender reads
	FetchNotHTTP     FetchFault = "not-http"    // the answer is none, or the URL is of another scheme
)

// Fetch returns the response to a request, or the need for it.
func (ev Evidence) Fetch(r Request) (Response, []Need) {
	if a, ok := ev.Fetched[r]; ok {
		return a, nil
	}
	return Response{}, []Need{{Request: r}}
}

// Kept gives those responses to earlier fetches that a sender would still use at
// a time, because they are current: it has not asked again. That they are at hand
// takes no time.
func Kept(fetched map[Request]Response, now time.Time) map[Request]Response {
	kept := map[Request]Response{}
	for r, a := range fetched {
		if a.OK() && !pkix.Current(a.Body, now).IsZero() {
			a.Took = 0
			kept[r] = a
		}
	}
	return kept
}
