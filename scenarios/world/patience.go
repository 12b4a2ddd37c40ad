package world

import (
	"errors"
	"net"
	"os"
	"time"
)

// hush notes that nothing more will come behind so many octets.
func (l *line) hush(sent int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = sent
	l.wake()
}

// mute reports whether nothing more will come unless something is written: the
// peer is silent, or waits, having read and answered all. l.mu is held.
func (l *line) mute() bool {
	return l.silent >= 0 && l.read >= l.silent || l.peer == progress{l.wrote, l.read}
}

// expired reports whether a read fails by its deadline: that has passed, or will
// have before anything comes. l.mu is held.
func (l *line) expired() bool {
	return l.passed || !l.deadline.IsZero() && l.mute()
}

// wake lets a pending read look at its deadline again. l.mu is held.
func (l *line) wake() {
	if l.reading && l.expired() {
		l.Conn.SetReadDeadline(past)
	}
}

// Read reads what the peer sent. When the peer will say nothing more it fails
// at once with os.ErrDeadlineExceeded, and the sender's clock stands at the
// deadline.
func (l *line) Read(p []byte) (int, error) {
	for {
		if !l.begin() {
			return 0, &net.OpError{Op: "read", Net: l.Conn.LocalAddr().Network(), Err: os.ErrDeadlineExceeded}
		}
		n, err := l.Conn.Read(p)
		if n, again := l.end(n, err); !again {
			return n, err
		}
	}
}

// begin begins a read, unless its deadline comes first.
func (l *line) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.expired() {
		l.sender.WaitUntil(l.deadline)
		return false
	}
	l.reading = true
	return true
}

// end ends a read of n octets, and gives how many of them came in time. It is to
// be made again where it was only woken, and where none came in time.
func (l *line) end(n int, err error) (inTime int, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading = false
	if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		// What was sent before a silence is still to be read.
		l.Conn.SetReadDeadline(time.Time{})
		return 0, true
	}
	l.pass(n)
	// An answer that is too late may arrive while its silence is being told.
	if l.silent >= 0 && l.read+int64(n) > l.silent {
		n = int(max(0, l.silent-l.read))
		again = n == 0
	}
	l.read += int64(n)
	return n, again
}

// pass lets the time pass that n more octets take. What would come after the
// deadline never comes. l.mu is held.
func (l *line) pass(n int) {
	for len(l.waits) > 0 && l.waits[0].behind < l.read+int64(n) && l.silent < 0 {
		next := l.waits[0]
		then := l.sender.Now().Add(next.d)
		if !l.deadline.IsZero() && !then.Before(l.deadline) {
			l.silent = next.behind
			return
		}
		l.waits = l.waits[1:]
		l.sender.WaitUntil(then)
	}
}

// SetDeadline sets the time at which a read fails, in the sender's time. Writes
// to a server of the world do not block for long, and have none.
func (l *line) SetDeadline(t time.Time) error { return l.SetReadDeadline(t) }

// SetReadDeadline sets the time at which a read fails, in the sender's time.
func (l *line) SetReadDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deadline, l.passed = t, !t.IsZero() && !t.After(l.sender.Now())
	l.wake()
	return nil
}

// SetWriteDeadline does nothing; see SetDeadline.
func (l *line) SetWriteDeadline(time.Time) error { return nil }
