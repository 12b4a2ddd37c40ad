package probe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"mxlab/verify"
)

const (
	udpSize   = 1232 // advertised by EDNS0; survives any path without fragments
	maxStrays = 100  // messages that belong to another question are passed over so often
)

// errUnread tells of an answer that cannot be read.
var errUnread = errors.New("not a DNS message")

// ask puts one question to the resolver, and repeats it if nothing comes. With
// a nil message the status says why; an error is our own side's. What stood in
// the way is noted in a.
//
// A query with EDNS0 that is not answered is repeated as it is: whoever drops
// such queries has not been served since 2019 (DNS flag day), and RFC 6891 asks
// for a try without only where the answer says so.
func (c *Client) ask(ctx context.Context, q dns.Question, a *verify.Answer) (*dns.Msg, verify.Status, error) {
	edns, silent := true, false
	for try := 0; try < QueryTries; try++ {
		m, err := c.exchange(ctx, "udp", q, edns, a)
		if err == nil && m.Truncated {
			// RFC 7766 section 5: what does not fit is asked for over TCP. RFC 2181
			// section 9: what there was of it is not used.
			trouble(a, verify.Truncated)
			m, err = c.exchange(ctx, "tcp", q, edns, a)
		}
		what, _ := cause(err)
		switch {
		case ctx.Err() != nil:
			return nil, "", ctx.Err()
		case errors.Is(err, errUnread):
			return nil, verify.Malformed, nil
		case err != nil && what == verify.LocalFailure:
			return nil, "", err
		case err != nil:
			silent = true
			continue
		case edns && (m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented) && m.IsEdns0() == nil:
			// RFC 6891 section 7: a server that does not know OPT.
			trouble(a, verify.NoEDNS)
			edns = false
			try--
			continue
		}
		if silent {
			trouble(a, verify.NoAnswer)
		}
		return m, "", nil
	}
	return nil, verify.TimeOut, nil
}

// trouble notes what stood in the way of an answer.
func trouble(a *verify.Answer, t verify.Trouble) {
	if !slices.Contains(a.Troubles, t) {
		a.Troubles = append(a.Troubles, t)
	}
}

// lateness is when an answer is worth a remark.
const lateness = time.Second

// exchange sends one query on a connection of its own and reads the answer,
// both under one deadline.
func (c *Client) exchange(ctx context.Context, network string, q dns.Question, edns bool, a *verify.Answer) (*dns.Msg, error) {
	conn, err := c.dial(ctx, network, c.Resolver, QueryTimeout)
	if err != nil {
		return nil, fmt.Errorf("connect to the resolver %s: %w", c.Resolver, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	asked := c.Now()
	if err := conn.SetDeadline(asked.Add(QueryTimeout)); err != nil {
		return nil, err
	}
	m := &dns.Msg{MsgHdr: dns.MsgHdr{Id: dns.Id(), RecursionDesired: true}, Question: []dns.Question{q}}
	if edns {
		m.SetEdns0(udpSize, false)
	}
	wire, err := m.Pack()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnread, err)
	}
	read := readDatagram
	if network == "tcp" {
		// RFC 7766 section 8: length and message in one write.
		wire = append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
		read = readStream
	}
	if _, err := conn.Write(wire); err != nil {
		return nil, err
	}
	for range maxStrays {
		b, err := read(conn)
		if err != nil {
			return nil, err
		}
		answer, stray, err := unpack(b, m)
		if stray != "" {
			trouble(a, stray)
			continue
		}
		if c.Now().Sub(asked) >= lateness {
			trouble(a, verify.LateAnswer)
		}
		return answer, err
	}
	return nil, fmt.Errorf("%w: only answers to other questions", errUnread)
}

func readDatagram(conn net.Conn) ([]byte, error) {
	b := make([]byte, 4096)
	n, err := conn.Read(b)
	return b[:n], err
}

func readStream(conn net.Conn) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(conn, b)
	return b, err
}

// unpack reads a message. Of one that does not belong to the query it only
// tells why: RFC 5452 section 9.1 wants the same ID and question.
func unpack(b []byte, query *dns.Msg) (*dns.Msg, verify.Trouble, error) {
	const header, response, truncated = 12, 0x80, 0x02
	if len(b) < header || binary.BigEndian.Uint16(b) != query.Id || b[2]&response == 0 {
		return nil, verify.OtherID, nil
	}
	m := new(dns.Msg)
	if err := m.Unpack(b); err != nil {
		// A truncated message may break off anywhere.
		if b[2]&truncated != 0 {
			return &dns.Msg{MsgHdr: dns.MsgHdr{Truncated: true}}, "", nil
		}
		return nil, "", fmt.Errorf("%w: %w", errUnread, err)
	}
	if len(m.Question) == 0 && (m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented) {
		return m, "", nil // the server could not even read the question
	}
	if m.Opcode != dns.OpcodeQuery || len(m.Question) != 1 {
		return nil, verify.OtherQuestion, nil
	}
	q, want := m.Question[0], query.Question[0]
	if q.Qtype != want.Qtype || q.Qclass != want.Qclass || !strings.EqualFold(q.Name, want.Name) {
		return nil, verify.OtherQuestion, nil
	}
	return m, "", nil
}
