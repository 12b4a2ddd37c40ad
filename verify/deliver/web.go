package deliver

import (
	"context"
	"sync"
	"time"

	"mxlab/verify"
	"mxlab/verify/probe"
)

// Web is what a sender has fetched and may use again: lists and responses until
// their nextUpdate, issuers as long as the certificate that they issued. Windows keeps such a cache (Microsoft
// Learn, "Crypt32 certificate revocation list (CRL) semantics"). What failed, or
// is of no use any more, is fetched again. The zero Web is empty and ready; it
// may be used by several goroutines.
type Web struct {
	mu     sync.Mutex
	kept   map[verify.Request]page
	octets int
}

// A page is a response that may be used before a time.
type page struct {
	response verify.Response
	until    time.Time
}

// maxKept is how many octets a Web holds: a few of the largest lists. When it is
// full it begins anew.
const maxKept = 64 << 20

func (w *Web) get(r verify.Request, now time.Time) (verify.Response, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.kept[r]
	return p.response, ok && now.Before(p.until)
}

func (w *Web) keep(r verify.Request, a verify.Response, until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, ok := w.kept[r]; ok {
		w.octets -= len(old.response.Body)
	}
	if w.kept == nil || w.octets+len(a.Body) > maxKept {
		w.kept, w.octets = map[verify.Request]page{}, 0
	}
	w.kept[r] = page{a, until}
	w.octets += len(a.Body)
}

// fetch gives what was kept, or makes the request in the time that there is.
func (s *Sender) fetch(ctx context.Context, r verify.Request, within time.Duration) (verify.Response, bool) {
	if a, ok := s.Web.get(r, s.Client.Now()); ok {
		return a, true
	}
	a, err := s.Client.Fetch(ctx, r, min(within, probe.FetchTimeout))
	return a, err == nil && a.OK()
}
