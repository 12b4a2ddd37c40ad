package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// Explain tells the story of a delivery under some modes of a result, in the
// order in which it happened: where the mail goes, what each host said and
// showed, what was compared with what and by which rule, and what became of the
// message. The last line says what to change, and at which end.
//
// Every check is told. Of one mode there is every line of the dialogue too, and
// the source of each rule. Of several, sessions are a line each, and every
// distinct verdict and advice is told once. Story tells less.
func Explain(w io.Writer, r *world.Result, modes []world.ModeResult, st Style) {
	a := r.Assessment
	introduction(w, r.Scenario, st)
	fmt.Fprintf(w, "\n%s\n", st.Bold("where the mail for "+a.Evidence.Domain+" goes"))
	routes(w, a.Evidence)
	dns(w, a, st)
	fetched(w, a.Evidence, st)
	for i, hop := range a.Hops {
		fmt.Fprintf(w, "\n%s\n", st.Bold(hostHeading(hop)))
		reached := slices.DeleteFunc(slices.Clone(modes), func(m world.ModeResult) bool { return !slices.Contains(m.Tried(), i) })
		if len(reached) == 0 {
			fmt.Fprintf(w, "  not tried: an earlier host decided\n")
			continue
		}
		reverse(w, a.Evidence, hop, st)
		if len(modes) > 1 {
			sessions(w, a.Evidence, hop, hellos(a.Evidence, hop), st)
		} else {
			dialogues(w, a.Evidence, hop, modes[0], st)
		}
		for _, g := range grouped(len(reached), func(m int) string { return verdictKey(reached[m].Verdicts[i]) }) {
			fmt.Fprintf(w, "  %s\n", st.Bold(strings.Join(names(reached, g), ", ")))
			verdict(w, reached[g[0]].Verdicts[i], st)
		}
	}
	if len(modes) == 1 {
		fmt.Fprintf(w, "\n%s\n", st.Bold("rules"))
		rules(w, modes[0], st)
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("outcome"))
	outcomes(w, verify.Assessment{Modes: assessed(modes)}, st)
	queues(w, modes, Checks, st)
	if len(modes) > 1 {
		received(w, r.Received, st)
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("what to change"))
	for _, g := range grouped(len(modes), func(m int) string { return Advice(a, modes[m].Assessed) }) {
		advice := Advice(a, modes[g[0]].Assessed)
		if len(modes) > 1 {
			fmt.Fprintf(w, "  %s\n  ", strings.Join(names(modes, g), ", "))
		}
		fmt.Fprintf(w, "  %s\n", advice)
	}
	productWords(w, r, modes, st)
}

// introduction writes what a scenario is about.
func introduction(w io.Writer, s *scenarios.Scenario, st Style) {
	fmt.Fprintf(w, "%s: %s\n", st.Bold(s.Name), s.Title)
	for line := range strings.Lines(s.Comment) {
		fmt.Fprintf(w, "  %s\n", strings.TrimSpace(line))
	}
	if when := moment(s); when != "" {
		fmt.Fprintf(w, "  %s\n", when)
	}
	if s.Source != "" {
		fmt.Fprintf(w, "  %s\n", st.Dim("Source: "+s.Source))
	}
}

// moment says when and from where a world is seen: "phase renewed, +48h after
// the start, seen from outside". Of a scenario that is one world it is empty.
func moment(s *scenarios.Scenario) string {
	var parts []string
	if s.Phase != "" {
		parts = append(parts, "phase "+s.Phase)
	}
	if s.At > 0 {
		at := "+" + strings.TrimSuffix(strings.TrimSuffix(s.At.String(), "0s"), "0m")
		parts = append(parts, at+" after the start")
	}
	if s.View != "" {
		parts = append(parts, "seen from "+s.View)
	}
	return strings.Join(parts, ", ")
}

// verdictKey tells verdicts apart by all that is printed of them.
func verdictKey(v verify.Verdict) string {
	var b strings.Builder
	verdict(&b, v, Style{})
	return b.String()
}

func names(modes []world.ModeResult, indices []int) []string {
	var all []string
	for _, i := range indices {
		all = append(all, modes[i].Policy.Mode())
	}
	return all
}

func assessed(modes []world.ModeResult) []verify.Assessed {
	var all []verify.Assessed
	for _, m := range modes {
		all = append(all, m.Assessed)
	}
	return all
}

// routes writes the SMTP routes, if there are some.
func routes(w io.Writer, ev verify.Evidence) {
	for _, r := range ev.Routes {
		to := r.Name
		if to == "" {
			to = "[" + r.Addr.String() + "]"
		}
		if r.Port != 0 && r.Port != 25 {
			to += fmt.Sprintf(":%d", r.Port)
		}
		if r.Priority != 0 {
			to += fmt.Sprintf(" priority %d", r.Priority)
		}
		fmt.Fprintf(w, "  SMTP route %s\n", to)
	}
}

// reverse writes the PTR names of a host's address.
func reverse(w io.Writer, ev verify.Evidence, hop verify.Hop, st Style) {
	if !hop.Addr.IsValid() {
		return
	}
	status, entries, needs := ev.Reverse(hop.Addr.Addr())
	switch {
	case len(needs) > 0:
		return
	case len(entries) == 0:
		fmt.Fprintf(w, "  reverse name: none (%s)\n", status)
	}
	for _, e := range entries {
		confirmed := st.Good("forward-confirmed")
		if !e.Confirmed {
			confirmed = st.Bad("not forward-confirmed")
		}
		fmt.Fprintf(w, "  reverse name: %s, %s\n", printable(e.Name), confirmed)
	}
}

// dialogues writes the sessions that a mode has with a host.
func dialogues(w io.Writer, ev verify.Evidence, hop verify.Hop, m world.ModeResult, st Style) {
	for _, h := range hellosOf(ev, hop, []world.ModeResult{m}) {
		dialogue(w, ev, hop, h, st)
	}
}

// hellosOf gives the hellos of the sessions that some modes have with a host.
func hellosOf(ev verify.Evidence, hop verify.Hop, modes []world.ModeResult) (some []verify.Hello) {
	for _, h := range hellos(ev, hop) {
		if slices.ContainsFunc(modes, func(m world.ModeResult) bool {
			again := m.Delivery.Outcome == verify.Cleartext && m.Delivery.Reason == verify.ValidationFailure
			return h == ev.Versions.Of(m.Policy.Hello()).To(hop.Host) || again && !h.TLS
		}) {
			some = append(some, h)
		}
	}
	return some
}

// dialogue writes what was said in a session, and the certificates.
func dialogue(w io.Writer, ev verify.Evidence, hop verify.Hop, h verify.Hello, st Style) {
	s := ev.Sessions[ev.At(hop).SessionKey(h)]
	fmt.Fprintf(w, "  session %s\n", helloText(h))
	lines(w, ev, s, st)
}

// lines writes every line of a session, and the certificates.
func lines(w io.Writer, ev verify.Evidence, s *verify.Session, st Style) {
	secure := false
	for _, l := range s.Dialogue {
		if l.TLS && !secure {
			secure = true
			handshake(w, ev, s, st)
		}
		arrow := "<-"
		if l.Client {
			arrow = "->"
		}
		fmt.Fprintf(w, "    %s %s\n", st.Dim(arrow), printable(l.Text))
	}
	if s.TLS != nil && !secure {
		handshake(w, ev, s, st)
	}
	if s.TLS != nil && s.TLS.Cut {
		fmt.Fprintf(w, "    %s\n", st.Dim("-- the connection ended without close_notify --"))
	}
	if s.Stop != nil && s.Stop.Cause != verify.ReplyRefused {
		fmt.Fprintf(w, "    %s\n", st.Bad(fmt.Sprintf("the session ended at %s: %s", s.Stop.Stage, s.Stop.Cause)))
	}
}

// handshake writes what the TLS handshake showed.
func handshake(w io.Writer, ev verify.Evidence, s *verify.Session, st Style) {
	said := tlsVersion(s.TLS.Version)
	if ticketless(s) {
		said += ", no session ticket"
	}
	fmt.Fprintf(w, "    %s\n", st.Dim("-- "+said+" --"))
	t := table{indent: "    "}
	certificates(&t, ev, s, st)
	for _, r := range t.rows {
		fmt.Fprintf(w, "    %s\n", r[1])
	}
}

// rules writes each rule that a mode applied to the hosts that it tried, with
// source and certainty.
func rules(w io.Writer, m world.ModeResult, st Style) {
	var all []*verify.Rule
	for _, i := range m.Tried() {
		v := m.Verdicts[i]
		for _, c := range v.Checks {
			all = append(all, c.Rule)
		}
		all = append(all, v.Decided...)
	}
	for _, i := range m.Tried() {
		v := m.Verdicts[i]
		if said := v.Said; said.Text != "" {
			all = append(all, &verify.Rule{ID: "said", Text: said.Text, Source: said.Source, Certainty: said.Certainty})
		}
	}
	if m.Queue != nil {
		all = append(all, m.Queue.Decided...)
	}
	sources(w, all, st)
}

// sources writes each rule once, with its source and certainty.
func sources(w io.Writer, rules []*verify.Rule, st Style) {
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		certainty := r.Certainty.String()
		if !r.Certainty.Solid() {
			certainty = st.Doubt(certainty)
		}
		fmt.Fprintf(w, "  %s: %s\n", r.ID, r.Text)
		fmt.Fprintf(w, "      %s\n", st.Dim(r.Source+"; ")+certainty)
	}
}
