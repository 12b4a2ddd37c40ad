package report

import (
	"crypto/x509"
	"fmt"
	"io"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// received writes what listeners made of the scenario's sender, where that is
// claimed: each result with the listeners that share it, then how the sender came
// and the checks of those that it came to in the same way.
func received(w io.Writer, all []world.Received, st Style) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("receive"))
	t := table{indent: "  "}
	for _, g := range grouped(len(all), func(i int) string { return receptionText(all[i].Reception, Style{}) }) {
		t.row(receptionText(all[g[0]].Reception, st), strings.Join(listeners(all, g), ", "))
	}
	t.write(w)
	for _, g := range grouped(len(all), func(i int) string { return arrivalText(all[i].Arrival, Style{}) }) {
		fmt.Fprintf(w, "\n%s\n", st.Bold("sender "+sender(all[g[0]].Arrival)))
		io.WriteString(w, arrivalText(all[g[0]].Arrival, st))
		some := make([]world.Received, 0, len(g))
		for _, i := range g {
			some = append(some, all[i])
		}
		for _, same := range grouped(len(some), func(i int) string { return receptionKey(some[i].Reception, Style{}) }) {
			fmt.Fprintf(w, "  %s\n", strings.Join(listeners(some, same), ", "))
			io.WriteString(w, receptionKey(some[same[0]].Reception, st))
		}
	}
}

// listeners names some of the listeners.
func listeners(all []world.Received, indices []int) []string {
	var names []string
	for _, i := range indices {
		names = append(names, all[i].Mode)
	}
	return names
}

// receptionText gives a result in the words of a claim, and what it rests on
// where that is not solid.
func receptionText(r verify.Reception, st Style) string {
	text := st.Good(r.Words())
	if !r.Accepted {
		text = st.Bad(r.Words())
	}
	if mark := doubtful(r.Certainty); mark != "" {
		text += " " + st.Doubt(mark)
	}
	return text
}

// receptionKey writes a result with its checks.
func receptionKey(r verify.Reception, st Style) string {
	var b strings.Builder
	result, rest, _ := strings.Cut(r.Words(), " ")
	paint := st.Bad
	if r.Accepted {
		paint = st.Good
	}
	fmt.Fprintf(&b, "    %s\n", strings.TrimSpace(paint(result)+" "+rest))
	Checks(&b, "      ", verify.Verdict{Checks: r.Checks, Decided: r.Decided}, st)
	saying(&b, "      ", r.Said, st)
	return b.String()
}

// sender names who came.
func sender(a verify.Arrival) string {
	if a.Domain == "" {
		return "without a domain"
	}
	return printable(a.Domain)
}

// arrivalText writes how a sender came.
func arrivalText(a verify.Arrival, st Style) string {
	t := table{indent: "  "}
	how := "in clear text"
	switch {
	case a.Broken:
		how = st.Bad("TLS did not come about")
	case a.TLS && len(a.Chain) > 0:
		how = "over TLS with a client certificate"
	case a.TLS:
		how = "over TLS without a client certificate"
	}
	t.row("comes", how+", EHLO "+printable(a.EHLO))
	for i, der := range a.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.row("", fmt.Sprintf("certificate %d: ", i)+st.Bad(unparsable(der)))
			continue
		}
		t.row("", fmt.Sprintf("certificate %d: ", i)+clientCertificate(c, a.Evidence.Now, st))
	}
	var b strings.Builder
	t.write(&b)
	return b.String()
}

// ExplainReceived tells what one listener made of the scenario's sender: how it
// came, what was checked by which rule of which document, and what was answered.
func ExplainReceived(w io.Writer, r *world.Result, one world.Received, st Style) {
	introduction(w, r.Scenario, st)
	received(w, []world.Received{one}, st)
	fmt.Fprintf(w, "\n%s\n", st.Bold("rules"))
	var decided []*verify.Rule
	for _, c := range one.Checks {
		decided = append(decided, c.Rule)
	}
	decided = append(decided, one.Decided...)
	if said := one.Said; said.Text != "" {
		decided = append(decided, &verify.Rule{ID: "said", Text: said.Text, Source: said.Source, Certainty: said.Certainty})
	}
	sources(w, decided, st)
}

// brokenReceipt tells of a claim of the receiving side that does not hold.
func brokenReceipt(w io.Writer, s *scenarios.Scenario, r world.Received, c scenarios.Receipt, st Style) {
	fmt.Fprintf(w, "\n%s, %s: %s\n", st.Bold(s.Name), r.Mode, st.Bad("a claim does not hold"))
	fmt.Fprintf(w, "  claimed  %s    %s\n", c.String(), st.Dim(fmt.Sprintf("%s:%d", c.File, c.Line)))
	fmt.Fprintf(w, "  came to  %s\n", receptionText(r.Reception, st))
	Checks(w, "    ", verify.Verdict{Checks: r.Checks, Decided: r.Decided}, st)
}

// jsonReceived is what a listener made of the scenario's sender.
type jsonReceived struct {
	Listener     string      `json:"listener"`
	Accepted     bool        `json:"accepted"`
	Words        string      `json:"words"` // of a claim
	Said         jsonSaying  `json:"said"`  // the refusing reply in the product's words, where they are known
	Match        string      `json:"match"`
	Certainty    string      `json:"certainty"`
	TLS          bool        `json:"tls"`
	Certificates int         `json:"certificates"` // how many the sender showed
	Disagreement string      `json:"disagreement"`
	Decided      []string    `json:"decided"`
	Checks       []jsonCheck `json:"checks"`
	File         string      `json:"file"` // of the claim
	Line         int         `json:"line"`
	Claimed      []string    `json:"claimed"`
	Holds        bool        `json:"holds"`
}

func receivedJSON(all []world.Received) []jsonReceived {
	out := []jsonReceived{}
	for _, r := range all {
		v := verdictJSON(verify.Verdict{Decided: r.Decided, Checks: r.Checks, Certainty: r.Certainty, Said: r.Said}, true)
		one := jsonReceived{Listener: r.Mode, Accepted: r.Accepted, Words: r.Words(), Said: v.Said, Match: r.Match, Certainty: v.Certainty,
			TLS: r.Arrival.TLS, Certificates: len(r.Arrival.Chain), Disagreement: r.Disagreement(), Decided: v.Decided, Checks: v.Checks,
			Claimed: []string{}, Holds: len(r.Broken()) == 0}
		for _, c := range r.Claims {
			one.File, one.Line, one.Claimed = c.File, c.Line, c.Words
		}
		out = append(out, one)
	}
	return out
}
