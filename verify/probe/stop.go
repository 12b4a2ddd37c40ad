package probe

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"slices"
	"syscall"

	"mxlab/verify"
)

// fail ends the conversation.
func (d *Dialogue) fail(stage verify.Stage, err error) *verify.Stop {
	d.over = d.local(stage, err)
	// A connection that was closed because the context ended says nothing
	// about the peer.
	if e := d.ctxErr(); e != nil {
		d.over.Err = e.Error()
		return d.over
	}
	d.over.Cause, d.over.Alert = cause(err)
	if d.over.Cause == verify.LocalFailure && d.tls != nil {
		d.over.Cause = verify.HandshakeFailed
	}
	return d.over
}

// local tells of a step that our own side could not do.
func (d *Dialogue) local(stage verify.Stage, err error) *verify.Stop {
	return &verify.Stop{Stage: stage, Cause: verify.LocalFailure, TLS: d.tls != nil, Err: err.Error()}
}

// cause tells from an error's type what the peer did, and which alert it sent.
// What is not known to come from the peer is a LocalFailure.
func cause(err error) (verify.Cause, uint8) {
	var timeout net.Error
	var record tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.Is(err, errNotSMTP):
		return verify.ReplyMalformed, 0
	case errors.Is(err, errTooLong):
		return verify.ReplyTooLong, 0
	case errors.As(err, &record):
		return verify.HandshakeGarbage, 0
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return verify.ConnectionSilent, 0
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe):
		return verify.ConnectionClosed, 0
	case errors.As(err, &op) && op.Op == "remote error":
		// crypto/tls keeps the type to itself; its kind is the alert's number.
		if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
			return verify.HandshakeAlert, uint8(v.Uint())
		}
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		switch {
		case slices.Contains(refusing(), errno):
			return verify.ConnectionRefused, 0
		case slices.Contains(closing(), errno):
			return verify.ConnectionClosed, 0
		}
	}
	return verify.LocalFailure, 0
}

// refusing lists the errors of a connection that is refused or leads nowhere.
// The numbers are those of Winsock, which the constants of Windows' syscall
// package are not: WSAECONNREFUSED, WSAENETUNREACH, WSAEHOSTUNREACH. Elsewhere
// no error has such a number.
func refusing() []syscall.Errno {
	return []syscall.Errno{syscall.ECONNREFUSED, syscall.ENETUNREACH, syscall.EHOSTUNREACH, 10061, 10051, 10065}
}

// closing lists the errors of a connection that the peer ended; on Windows
// WSAECONNRESET and WSAECONNABORTED.
func closing() []syscall.Errno {
	return []syscall.Errno{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, 10054, 10053}
}
