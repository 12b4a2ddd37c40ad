package world

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mxlab/pki"
	"mxlab/scenarios"
)

// maxAsked is the most that a request may bring; one for OCSP has some hundred
// octets.
const maxAsked = 64 << 10

// ServeHTTP answers one request as the scenario says.
func (t *site) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w, conn := t.world, r.Context().Value(connection{}).(*counting)
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAsked+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the sender is gone
	}
	asked := "http://" + hostOf(r) + r.URL.RequestURI()
	at := w.fetched(t.address, conn, r.Method, asked)
	// A page is as old as the sender's time says, not the wall clock's.
	rw.Header().Set("Date", at.UTC().Format(http.TimeFormat))
	res := w.resource(asked)
	if p := t.proxy(); p != nil {
		switch {
		case p.Answers():
			res = p // it passes nothing on
		case r.URL.Host == "":
			rw.WriteHeader(http.StatusBadRequest) // RFC 9112 section 3.2.2: a proxy is asked in absolute form
			return
		}
		if res != p {
			t.delay(r.Context(), conn, p.Delay)
		}
	}
	switch {
	case len(body) > maxAsked:
		rw.WriteHeader(http.StatusRequestEntityTooLarge)
	case t.connect == "silent" || res != nil && res.Silent:
		w.silent(t.address, conn.RemoteAddr(), conn.sent.Load())
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case res == nil:
		if w.served == nil {
			w.mu.Lock()
			w.strays = append(w.strays, fmt.Sprintf("nothing is served at %s, which was fetched", asked))
			w.mu.Unlock()
		}
		rw.WriteHeader(http.StatusNotFound)
	default:
		t.delay(r.Context(), conn, res.Delay)
		t.reply(rw, r, res, body, at)
	}
}

// fetched notes a request, and gives the sender's time.
func (w *World) fetched(address string, conn *counting, method, asked string) time.Time {
	f := Fetch{Method: method, URL: asked, At: w.timeOf(address, conn.RemoteAddr())}
	if w.served != nil {
		if w.served.Fetched != nil {
			w.served.Fetched(f)
		}
		return f.At
	}
	if l := w.line(address, conn.RemoteAddr()); l != nil {
		f.Sender = l.sender.name
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fetches = append(w.fetches, f)
	return f.At
}

// delay lets the sender's time pass before it has an answer; that of a real
// client really passes.
func (t *site) delay(ctx context.Context, conn *counting, d time.Duration) {
	switch {
	case d <= 0:
	case t.world.served == nil:
		t.world.late(t.address, conn.RemoteAddr(), conn.sent.Load(), d)
	default:
		over := make(chan struct{})
		timer := time.AfterFunc(d, func() { close(over) })
		defer timer.Stop()
		select {
		case <-over:
		case <-ctx.Done():
			panic(http.ErrAbortHandler) // the client is gone
		}
	}
}

// reply writes what stands at a URL.
func (t *site) reply(rw http.ResponseWriter, r *http.Request, res *scenarios.Resource, body []byte, at time.Time) {
	switch {
	case res.Status != 0:
		rw.WriteHeader(res.Status)
		return
	case res.Redirect != "":
		rw.Header().Set("Location", res.Redirect)
		rw.WriteHeader(http.StatusFound)
		return
	case res.Publication != nil:
		rw.Header().Set("Content-Type", res.Publication.Kind.ContentType())
	}
	var page []byte
	switch res.Body {
	case "garbage":
		page = []byte("<html>neither a list nor an answer nor a certificate</html>\n")
	case "empty":
	default:
		request, ok := question(r, res, body)
		if !ok {
			rw.Header().Del("Content-Type")
			rw.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		var err error
		if page, err = t.world.lab.Publish(*res.Publication, request, at); err != nil {
			t.world.fail(fmt.Errorf("serve %s of %s: %w", res.URL, t.world.Scenario.Name, err))
			rw.WriteHeader(http.StatusInternalServerError)
			return
		}
	}
	rw.Header().Set("Content-Length", fmt.Sprint(len(page)))
	rw.Write(page)
}

// question gives the DER of what is asked of a responder: the body of a POST,
// or of a GET what stands behind the responder's URL, in base64 (RFC 6960
// section A.1). Of the other publications nothing is asked. It fails where a
// publication is not fetched in this way.
func question(r *http.Request, res *scenarios.Resource, body []byte) ([]byte, bool) {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case res.Publication.Kind != pki.OCSP:
		return nil, get
	case r.Method == http.MethodPost:
		return body, true
	case !get:
		return nil, false
	}
	behind := strings.TrimPrefix("http://"+hostOf(r)+r.URL.EscapedPath(), strings.TrimSuffix(res.URL, "/"))
	text, err := url.PathUnescape(strings.TrimPrefix(behind, "/"))
	if err != nil {
		return nil, true // the responder says that it cannot be read
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, true
	}
	return der, true
}
