package world

import (
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// maxBuffered is how many octets a direction of a pipe holds before its writer
// has to wait.
const maxBuffered = 64 << 10

// A pipe is one end of a connection in memory. Like a socket, and other than
// net.Pipe, it takes what is written before it is read, and its two directions
// can be closed one by one. No time passes in it: a deadline strikes at once if
// it is [past], and never if it lies ahead.
type pipe struct {
	in, out       *stream
	local, remote net.Addr
	abort         atomic.Bool // Close is a reset
}

// newPipe gives both ends of a connection.
func newPipe(a, b net.Addr) (*pipe, *pipe) {
	forth, back := newStream(), newStream()
	return &pipe{in: back, out: forth, local: a, remote: b}, &pipe{in: forth, out: back, local: b, remote: a}
}

func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.in.read(b)
	if err != nil && err != io.EOF {
		err = &net.OpError{Op: "read", Net: p.local.Network(), Source: p.local, Addr: p.remote, Err: err}
	}
	return n, err
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.write(b)
	if err != nil {
		err = &net.OpError{Op: "write", Net: p.local.Network(), Source: p.local, Addr: p.remote, Err: err}
	}
	return n, err
}

// CloseWrite ends what this end says; it may still listen.
func (p *pipe) CloseWrite() error {
	p.out.end()
	return nil
}

// SetLinger with 0 makes Close a reset, as that of a TCP socket does.
func (p *pipe) SetLinger(sec int) error {
	p.abort.Store(sec == 0)
	return nil
}

func (p *pipe) Close() error {
	if p.abort.Load() {
		p.out.reset()
	}
	p.out.end()
	p.in.abandon()
	return nil
}

func (p *pipe) LocalAddr() net.Addr  { return p.local }
func (p *pipe) RemoteAddr() net.Addr { return p.remote }

func (p *pipe) SetReadDeadline(t time.Time) error {
	p.in.strike(!t.IsZero() && !t.After(past))
	return nil
}

// SetWriteDeadline does nothing: a write waits for a reader that is there.
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }

func (p *pipe) SetDeadline(t time.Time) error { return p.SetReadDeadline(t) }

// A stream is one direction of a pipe.
type stream struct {
	mu     sync.Mutex
	change sync.Cond
	held   []byte
	ended  bool // nothing more will be written
	broken bool // by a reset
	gone   bool // nothing more will be read
	struck bool // the reader's deadline has passed
}

func newStream() *stream {
	s := new(stream)
	s.change.L = &s.mu
	return s
}

func (s *stream) read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.gone:
			return 0, net.ErrClosed
		case s.struck:
			return 0, os.ErrDeadlineExceeded
		case len(s.held) > 0:
			n := copy(b, s.held)
			if s.held = s.held[n:]; len(s.held) == 0 {
				s.held = nil // so that an idle connection holds no memory
			}
			s.change.Broadcast()
			return n, nil
		case s.broken:
			return 0, syscall.ECONNRESET
		case s.ended:
			return 0, io.EOF
		case len(b) == 0:
			return 0, nil
		}
		s.change.Wait()
	}
}

func (s *stream) write(b []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.ended:
			return written, net.ErrClosed
		case s.gone:
			return written, syscall.EPIPE
		}
		n := min(len(b), maxBuffered-len(s.held))
		s.held = append(s.held, b[:n]...)
		if written, b = written+n, b[n:]; n > 0 {
			s.change.Broadcast()
		}
		if len(b) == 0 {
			return written, nil
		}
		s.change.Wait()
	}
}

// set changes the state and wakes whoever waits.
func (s *stream) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.change.Broadcast()
}

func (s *stream) reset()           { s.set(func() { s.broken = true }) }
func (s *stream) end()             { s.set(func() { s.ended = true }) }
func (s *stream) abandon()         { s.set(func() { s.gone, s.held = true, nil }) }
func (s *stream) strike(past bool) { s.set(func() { s.struck = past }) }
