package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"mxlab/scenarios"
)

const whatThereIs = `GET    /table        where everything stands
GET    /queries      questions that the DNS server was asked; with ?after=NUMBER those behind that one, as below
GET    /hellos       ClientHellos
GET    /sessions     sessions with MX hosts, and what was said
GET    /messages     messages that the hosts took
GET    /messages/N   one of them, as it was sent
GET    /fetches      requests by HTTP
GET    /scenario     the scenario in force, as YAML
PATCH  /scenario     what is to differ, in the words of a scenario: without, zone, certs, hosts, web, faults, routes, sender
DELETE /scenario     drops such changes
GET    /phase        the phase in force, and those there are
POST   /phase        {"phase": "NAME"} goes to a phase; without a body to the next one
`

func (c *Control) routes() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, whatThereIs) })
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "there is no "+r.Method+" "+r.URL.Path+"; there is\n\n"+whatThereIs, http.StatusNotFound)
	})
	m.HandleFunc("GET /table", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, c.server.Table()) })
	list(m, "queries", c.journal.Queries)
	list(m, "hellos", c.journal.Hellos)
	list(m, "sessions", c.journal.Sessions)
	list(m, "messages", c.journal.Messages)
	list(m, "fetches", c.journal.Fetches)
	m.HandleFunc("GET /messages/{number}", c.message)
	m.HandleFunc("GET /scenario", c.scenario)
	m.HandleFunc("PATCH /scenario", c.change)
	m.HandleFunc("DELETE /scenario", func(w http.ResponseWriter, _ *http.Request) { c.done(w, c.director.Restore()) })
	m.HandleFunc("GET /phase", c.phase)
	m.HandleFunc("POST /phase", c.play)
	return m
}

// list serves the entries of one kind.
func list[T any](m *http.ServeMux, name string, entries func(behind int) []T) {
	m.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
		behind := 0
		if after := r.URL.Query().Get("after"); after != "" {
			var err error
			if behind, err = strconv.Atoi(after); err != nil || behind < 0 {
				http.Error(w, fmt.Sprintf("after=%q is no number of an entry; write, for example, /%s?after=12", after, name), http.StatusBadRequest)
				return
			}
		}
		writeJSON(w, entries(behind))
	})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	e.Encode(v) // it fails if the client is gone
}

func (c *Control) message(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("number"))
	for _, m := range c.journal.Messages(max(n, 1) - 1) {
		if err == nil && m.Number == n {
			w.Header().Set("Content-Type", "message/rfc822")
			io.WriteString(w, m.Data)
			return
		}
	}
	http.Error(w, fmt.Sprintf("there is no message %s; /messages lists those there are", r.PathValue("number")), http.StatusNotFound)
}

func (c *Control) scenario(w http.ResponseWriter, _ *http.Request) {
	text, err := c.director.Scenario().YAML()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/yaml")
	w.Write(text)
}

// body reads the body of a request, and says what is wrong with it.
func body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	text, err := io.ReadAll(r.Body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, fmt.Sprintf("the body has more than %d octets; send only what is to differ", maxBody), http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, fmt.Sprintf("read the body: %v", err), http.StatusBadRequest)
	}
	return text, err == nil
}

func (c *Control) change(w http.ResponseWriter, r *http.Request) {
	if text, ok := body(w, r); ok {
		c.done(w, c.director.Change(text))
	}
}

// done answers what was asked for: where everything stands now, or why not.
func (c *Control) done(w http.ResponseWriter, err error) {
	var mistakes scenarios.Errors
	var untold *untoldError
	switch {
	case err == nil:
		writeJSON(w, c.server.Table())
	case errors.As(err, &mistakes):
		http.Error(w, mistakes.Error(), http.StatusBadRequest)
	case errors.Is(err, errLastPhase):
		http.Error(w, err.Error(), http.StatusConflict)
	case errors.As(err, &untold):
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// A phaseChoice is what GET /phase answers.
type phaseChoice struct {
	Phase  string   `json:"phase"` // empty for a first phase without a name
	Phases []string `json:"phases"`
}

func (c *Control) phase(w http.ResponseWriter, _ *http.Request) {
	now, all := c.director.Phases()
	writeJSON(w, phaseChoice{now, all})
}

func (c *Control) play(w http.ResponseWriter, r *http.Request) {
	text, ok := body(w, r)
	if !ok {
		return
	}
	var to struct {
		Phase string `json:"phase"`
	}
	if len(strings.TrimSpace(string(text))) > 0 {
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.DisallowUnknownFields()
		if err := d.Decode(&to); err != nil {
			http.Error(w, fmt.Sprintf("the body is not understood (%v); write {\"phase\": \"NAME\"}, or nothing for the next phase", err), http.StatusBadRequest)
			return
		}
	}
	c.done(w, c.director.Play(to.Phase))
}
