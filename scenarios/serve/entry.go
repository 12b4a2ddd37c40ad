package serve

import (
	"crypto/tls"
	"net/netip"
	"time"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/world"
)

// What a journal tells, as JSON: field names stay as they are, and new ones may
// come. Every field is always there; a list without elements is [].

// A Query is a question that the DNS server was asked.
type Query struct {
	Event   string         `json:"event"` // "query"
	Number  int            `json:"number"`
	Time    time.Time      `json:"time"`
	Peer    netip.AddrPort `json:"peer"`
	Net     string         `json:"net"` // "udp" or "tcp"
	Type    string         `json:"type"`
	Name    string         `json:"name"`
	Status  string         `json:"status"`  // NOERROR, NODATA, NXDOMAIN, SERVFAIL ...
	Outside bool           `json:"outside"` // no zone of the scenario has the name
}

// A Session is one conversation with an MX host.
type Session struct {
	Event     string     `json:"event"` // "session"
	Number    int        `json:"number"`
	Time      time.Time  `json:"time"` // of its beginning
	Host      netip.Addr `json:"host"`
	Peer      string     `json:"peer"`
	Done      bool       `json:"done"`
	EHLO      string     `json:"ehlo"`      // the client's name
	TLS       string     `json:"tls"`       // the version; empty without a handshake that succeeded
	Cipher    string     `json:"cipher"`    //
	SNI       string     `json:"sni"`       //
	Client    string     `json:"client"`    // the subject of the client's certificate
	Handshake string     `json:"handshake"` // why it failed; empty if it did not, or none was tried
	Dialogue  []Line     `json:"dialogue"`  // the text of messages is not in it
}

// A Line is one line of a dialogue.
type Line struct {
	By   string `json:"by"` // "client" or "host"
	TLS  bool   `json:"tls"`
	Text string `json:"text"`
}

// A Message is a message that a host took.
type Message struct {
	Event  string     `json:"event"` // "message"
	Number int        `json:"number"`
	Time   time.Time  `json:"time"`
	Host   netip.Addr `json:"host"`
	Peer   string     `json:"peer"`
	From   string     `json:"from"`
	To     []string   `json:"to"`
	TLS    bool       `json:"tls"`
	Octets int        `json:"octets"`
	Data   string     `json:"data"` // the first MiB
}

// A Fetch is a request by HTTP.
type Fetch struct {
	Event  string    `json:"event"` // "fetch"
	Number int       `json:"number"`
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	URL    string    `json:"url"`
}

// A Changed tells that another world has moved in.
type Changed struct {
	Event string `json:"event"` // "changed"
	What  string `json:"what"`
	Table Table  `json:"table"`
}

func queryEntry(q fakedns.Query) Query {
	return Query{Event: "query", Peer: q.Peer, Net: q.Net, Type: q.Type, Name: q.Name, Status: q.Status, Outside: q.Outside}
}

// sessionEntry tells a session as far as its record goes.
func sessionEntry(host netip.Addr, number int, began time.Time, record fakemx.Session) Session {
	s := Session{Event: "session", Number: number, Time: began, Host: host, Peer: record.Peer.String(), Done: record.Done, EHLO: record.EHLO, Dialogue: []Line{}}
	if record.TLS != nil {
		s.TLS, s.Cipher, s.SNI = tls.VersionName(record.TLS.Version), tls.CipherSuiteName(record.TLS.CipherSuite), record.TLS.ServerName
		if shown := record.TLS.PeerCertificates; len(shown) > 0 {
			s.Client = shown[0].Subject.String()
		}
	}
	if record.HandshakeErr != nil {
		s.Handshake = record.HandshakeErr.Error()
	}
	for _, l := range record.Transcript[:min(len(record.Transcript), mostLines)] {
		by := "host"
		if l.Client {
			by = "client"
		}
		s.Dialogue = append(s.Dialogue, Line{by, l.TLS, l.Text})
	}
	return s
}

// What is kept of one dialogue, and of one message.
const (
	mostLines = 5000
	mostData  = 1 << 20
)

func messageEntry(host netip.Addr, m fakemx.Message) Message {
	return Message{Event: "message", Host: host, Peer: m.Peer.String(), From: m.From, To: append([]string{}, m.To...), TLS: m.TLS != nil,
		Octets: len(m.Data), Data: string(m.Data[:min(len(m.Data), mostData)])}
}

func fetchEntry(f world.Fetch) Fetch { return Fetch{Event: "fetch", Method: f.Method, URL: f.URL} }
