package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/textproto"

	"mxlab/verify"
)

// Data sends the message, which is read to its end: RFC 5321 section 4.1.1.4.
// Line ends become CRLF and dots are stuffed. If body cannot be read the
// connection is closed before the final dot, so that no half message is taken.
// After a Stop at the final dot that is no reply nobody knows whether the host
// took the message (RFC 1047).
func (d *Dialogue) Data(body io.Reader) *verify.Stop {
	if _, stop := d.command(verify.StageData, DataTimeout, 3, "DATA"); stop != nil {
		return stop
	}
	out := bufio.NewWriter(d.conn())
	dots := textproto.NewWriter(out).DotWriter()
	block := make([]byte, 8<<10)
	for {
		n, err := body.Read(block)
		if e := d.socket.SetDeadline(d.now().Add(DataBlockTimeout)); e != nil {
			return d.fail(verify.StageData, e)
		}
		if _, e := dots.Write(block[:n]); e != nil {
			return d.fail(verify.StageData, e)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			d.over = d.local(verify.StageData, fmt.Errorf("read the message: %w", err))
			d.Close()
			return d.over
		}
	}
	if err := d.socket.SetDeadline(d.now().Add(DataDoneTimeout)); err != nil {
		return d.fail(verify.StageDot, err)
	}
	d.lines = append(d.lines, verify.Line{Client: true, TLS: d.tls != nil, Text: "."})
	if err := dots.Close(); err != nil {
		return d.fail(verify.StageDot, err)
	}
	_, stop := d.reply(verify.StageDot, 2)
	return stop
}
