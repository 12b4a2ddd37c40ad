package fakemx

import (
	"crypto/tls"
	"net"
	"slices"
)

// A Session is the record of one connection.
type Session struct {
	Peer         net.Addr
	EHLO         string               // the name in the last accepted EHLO or HELO
	Transcript   []Line               // without the text of messages, which ends in a line "." of the client
	TLS          *tls.ConnectionState // version, cipher, SNI, client certificates; nil if no handshake was completed
	Presented    [][]byte             // the client's certificates as sent, DER, leaf first, also if the handshake then failed for them
	HandshakeErr error                // why the handshake failed; nil if it did not, or none was tried
	Done         bool                 // the host will neither say nor take anything more
}

// A Line is one line of the dialogue, without its line end.
type Line struct {
	Client bool // said by the client
	TLS    bool // inside TLS
	Text   string
}

// A Message is a message that was accepted: its final dot was answered by 250.
type Message struct {
	Peer    net.Addr
	From    string               // the reverse-path, "" if null
	To      []string             // the accepted recipients, in order
	Data    []byte               // as sent, with CRLF, dot-stuffing undone
	TLS     *tls.ConnectionState // nil: it arrived in clear text
	Session int                  // the index of its session in [Server.Sessions]
}

// Sessions returns the record of every connection, in the order in which they
// were accepted; those that still run as far as they came. A client that has
// read a reply finds it here, and one that has read the end of the connection
// finds Done.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Session, 0, len(s.sessions))
	for _, r := range s.sessions {
		if r == nil {
			continue // forgotten
		}
		all = append(all, *r)
		all[len(all)-1].Transcript = slices.Clone(r.Transcript)
	}
	return all
}

// Messages returns the accepted messages in order of arrival. A client that has
// read the 250 finds its message here. They are shared: do not modify them.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// keep comes before the 250 is written, so that a client that has read it finds
// the message.
func (c *conn) keep(m Message) {
	c.taken = true
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
}

// lose takes the message back whose 250 is being written, and will not be whole.
func (c *conn) lose() {
	if !c.taken {
		return
	}
	c.taken = false
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.last(c.index); i >= 0 {
		s.messages = slices.Delete(s.messages, i, i+1)
	}
}

// answered is what follows when a reply was written, or could not be.
func (c *conn) answered(err error) {
	if err != nil {
		c.lose()
	}
	if c.taken {
		c.taken = false
		c.server.took(c.index)
	}
}

// took tells of the last message of a session, whose 250 was written.
func (s *Server) took(session int) {
	if s.Took == nil && !s.Forget {
		return
	}
	s.mu.Lock()
	i := s.last(session)
	if i < 0 {
		s.mu.Unlock()
		return
	}
	m := s.messages[i]
	if s.Forget {
		s.messages = slices.Delete(s.messages, i, i+1)
	}
	s.mu.Unlock()
	if s.Took != nil {
		s.Took(m)
	}
}

// last finds the last message of a session; -1 if there is none.
func (s *Server) last(session int) int {
	for i, m := range slices.Backward(s.messages) {
		if m.Session == session {
			return i
		}
	}
	return -1
}
