package probe

import "crypto/tls"

// tickets is the session cache of a client that resumes nothing. With it the
// ClientHello asks for tickets, as those of the senders do.
type tickets struct{ given bool }

// Get has nothing to resume.
func (t *tickets) Get(string) (*tls.ClientSessionState, bool) { return nil, false }

// Put notes that there was a ticket.
func (t *tickets) Put(_ string, s *tls.ClientSessionState) { t.given = t.given || s != nil }
