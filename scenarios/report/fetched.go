package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// fetched writes what was fetched by HTTP, and what came; nothing where nothing
// was.
func fetched(w io.Writer, ev verify.Evidence, st Style) {
	if len(ev.Fetched) > 0 {
		fmt.Fprintf(w, "\n%s\n", st.Bold("fetched"))
		fetchedRows(w, ev, st)
	}
}

// fetchedRows writes a line for each request.
func fetchedRows(w io.Writer, ev verify.Evidence, st Style) {
	t := table{indent: "  "}
	for _, r := range slices.SortedFunc(maps.Keys(ev.Fetched), func(a, b verify.Request) int {
		return strings.Compare(a.URL+" "+a.Body, b.URL+" "+b.Body)
	}) {
		method := "GET"
		if r.Body != "" {
			method = "POST"
		}
		t.row(method, printable(r.URL), responseText(ev.Fetched[r], ev.Now, st))
	}
	t.write(w)
}

// responseText says what came of a request: what it is, whose, and until when;
// how large it is and how long it took only where somebody would notice.
func responseText(r verify.Response, now time.Time, st Style) string {
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	p, known := pkix.ReadPublication(r.Body)
	switch {
	case r.Fault != "":
		say("%s", st.Bad(string(r.Fault)))
	case r.Code != 200:
		say("%s", st.Bad(fmt.Sprintf("status %d", r.Code)))
	case len(r.Body) == 0:
		say("%s", st.Bad("nothing"))
	case !known && r.Body[0] == 0x30: // how long it is hangs on the signature
		say("%s", st.Bad("DER that cannot be read"))
	case !known:
		say("%s", st.Bad("something else"))
	default:
		what := string(p.Kind)
		if p.By != "" {
			what += " of " + printable(p.By)
		}
		say("%s", what)
		if p.State != "" {
			say("%s", p.State)
		}
		if !p.This.IsZero() {
			say("from %s", relative(p.This, now)+until(p.Next, now))
		}
	}
	if megabytes := len(r.Body) / 1_000_000; megabytes > 0 {
		say("%d MB", megabytes)
	}
	if seconds := r.Took.Round(time.Second); seconds >= time.Second {
		say("after %s", age(seconds))
	}
	return strings.Join(parts, ", ")
}

// until writes the end of a span; nothing where it has none.
func until(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + relative(t, now)
}
