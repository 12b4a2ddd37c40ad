package report

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// A Record is a Witness that keeps what happens, in files:
//
//	dns.txt          each query, and what was answered
//	web.txt          each request by HTTP
//	session-1.txt    the dialogue of a session with a host, once it is over
//	message-1.eml    a message that a host took, as it was sent
//	log.txt          what programs wrote to the system's log
type Record struct {
	dir *os.Root

	mu       sync.Mutex
	messages int
	failure  error
}

// NewRecord keeps files in a directory, which should be empty.
func NewRecord(dir *os.Root) *Record { return &Record{dir: dir} }

// Err is the first failure to write.
func (r *Record) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// Asked keeps a query.
func (r *Record) Asked(q fakedns.Query) { r.add("dns.txt", queryText(q)+"\n") }

// Fetched keeps a request by HTTP.
func (r *Record) Fetched(f world.Fetch) { r.add("web.txt", fetchText(f)+"\n") }

// Logged keeps a line of the system's log.
func (r *Record) Logged(text string) {
	r.add("log.txt", printable(strings.TrimRight(text, "\r\n\x00"))+"\n")
}

// Noted keeps a session that is over.
func (r *Record) Noted(host netip.Addr, session int, s fakemx.Session) {
	if !s.Done {
		return
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%v to %v\n", s.Peer, host)
	for _, line := range sessionLines(s, noted{}, Style{}) {
		fmt.Fprintln(&text, line)
	}
	r.add(fmt.Sprintf("session-%d.txt", session), text.String())
}

// Took keeps a message.
func (r *Record) Took(_ netip.Addr, m fakemx.Message) {
	r.mu.Lock()
	r.messages++
	n := r.messages
	r.mu.Unlock()
	r.add(fmt.Sprintf("message-%d.eml", n), string(m.Data))
}

// add appends to a file.
func (r *Record) add(name, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := r.dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err == nil {
		_, err = f.WriteString(text)
		if closed := f.Close(); err == nil {
			err = closed
		}
	}
	if err != nil && r.failure == nil {
		r.failure = fmt.Errorf("keep a record: %w", err)
	}
}
