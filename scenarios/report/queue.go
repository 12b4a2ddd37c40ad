package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"mxlab/scenarios/world"
	"mxlab/verify"
)

// queues writes the later queue runs of those modes of which they are claimed:
// the modes that share them, then run by run.
func queues(w io.Writer, modes []world.ModeResult, told teller, st Style) {
	modes = slices.DeleteFunc(slices.Clone(modes), func(m world.ModeResult) bool { return m.Queue == nil })
	if len(modes) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", st.Bold("later queue runs"))
	for _, g := range grouped(len(modes), func(m int) string { return queueText(modes[m], told, Style{}) }) {
		fmt.Fprintf(w, "  %s\n%s", st.Bold(strings.Join(names(modes, g), ", ")), queueText(modes[g[0]], told, st))
	}
}

// A teller writes what a verdict rests on: Checks or comparisons.
type teller func(w io.Writer, indent string, v verify.Verdict, st Style)

// queueText writes the later queue runs of a mode. Runs that come to the same
// share a line; the checks are shown where they differ from those of the run
// before.
func queueText(m world.ModeResult, told teller, st Style) string {
	var b strings.Builder
	q := m.Queue
	before := verdictsKey(m.Verdicts)
	for i := 0; i < len(q.Runs); {
		r, last := q.Runs[i], i
		for last+1 < len(q.Runs) && runKey(q.Runs[last+1]) == runKey(r) {
			last++
		}
		heading := fmt.Sprintf("run %d after %s", r.Number, age(r.Due))
		if last > i {
			heading = fmt.Sprintf("runs %d to %d after %s to %s", r.Number, q.Runs[last].Number, age(r.Due), age(q.Runs[last].Due))
		}
		fmt.Fprintf(&b, "    %s: %s\n", heading, deliveryText(r.Delivery, st))
		if key := verdictsKey(r.Verdicts); key != before {
			before = key
			for _, k := range r.Tried() {
				v := r.Verdicts[k]
				fmt.Fprintf(&b, "      %s\n", hostHeading(r.Hops[k]))
				fmt.Fprintf(&b, "        %s%s\n", paintOutcome(v.Outcome, st), strings.TrimPrefix(v.Words(), string(v.Outcome)))
				saying(&b, "          ", v.Said, st)
				told(&b, "          ", v, st)
			}
		}
		i = last + 1
	}
	if q.GaveUp && q.Final.Outcome != "" {
		fmt.Fprintf(&b, "    finally: %s\n", deliveryText(q.Final, st))
	}
	if len(q.Decided) > 0 {
		var ids []string
		for _, r := range q.Decided {
			ids = append(ids, marked(r, st))
		}
		fmt.Fprintf(&b, "    by %s\n", strings.Join(ids, ", "))
	}
	return b.String()
}

// runKey tells queue runs apart by all that is printed of them, but when they
// took place.
func runKey(r world.Run) string {
	return deliveryText(r.Delivery, Style{}) + "\n" + verdictsKey(r.Verdicts)
}

func verdictsKey(verdicts []verify.Verdict) string {
	var b strings.Builder
	for _, v := range verdicts {
		b.WriteString(v.Host + v.Addr.String() + verdictKey(v))
	}
	return b.String()
}

// age writes how old a message is: 1m, 1h3m.
func age(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
