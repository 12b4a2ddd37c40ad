package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"mxlab/verify"
)

// dns writes the lookups in the order in which a sender makes them: the
// domain's or the routes' MX, the hosts' addresses, reverse names, and theirs.
// An address family that a host does not have is left out.
func dns(w io.Writer, a verify.Assessment, st Style) {
	ev := a.Evidence
	var order []verify.Question
	add := func(name string, types ...string) {
		for _, t := range types {
			order = append(order, verify.Question{Name: name, Type: t})
		}
	}
	add(ev.Domain, "MX")
	for _, r := range ev.Routes {
		add(r.Name, "MX", "A", "AAAA")
	}
	for _, h := range a.Hops {
		add(h.Host, "A", "AAAA")
	}
	for _, h := range a.Hops {
		if !h.Addr.IsValid() {
			continue
		}
		reverse := verify.ReverseName(h.Addr.Addr())
		add(reverse, "PTR")
		for _, name := range ev.Lookups[verify.Question{Name: reverse, Type: "PTR"}].Names {
			add(name, verify.AddressType(h.Addr.Addr()))
		}
	}
	rest := slices.SortedFunc(maps.Keys(ev.Lookups), func(a, b verify.Question) int {
		return strings.Compare(a.Name+" "+a.Type, b.Name+" "+b.Type)
	})
	written := map[verify.Question]bool{}
	t := table{indent: "  "}
	for _, q := range append(order, rest...) {
		answer, asked := ev.Lookups[q]
		if !asked || written[q] || q.Type == "AAAA" && (answer.Status == verify.NoData || answer.Status == verify.NXDomain) {
			continue
		}
		written[q] = true
		t.row(q.Type, q.Name, answerText(answer, st))
	}
	t.write(w)
}

// answerText gives the records of an answer, or its status.
func answerText(a verify.Answer, st Style) string {
	var parts []string
	for _, mx := range a.MX {
		parts = append(parts, fmt.Sprintf("%d %s", mx.Preference, mx.Host))
	}
	for _, addr := range a.Addrs {
		parts = append(parts, addr.String())
	}
	for _, name := range a.Names {
		parts = append(parts, printable(name))
	}
	text := strings.Join(parts, ", ")
	if text == "" {
		text = st.Bad(string(a.Status))
	}
	if len(a.CNAMEs) > 0 {
		text += st.Dim(", by CNAME " + strings.Join(a.CNAMEs, ", "))
	}
	if len(a.Troubles) > 0 {
		var troubles []string
		for _, t := range a.Troubles {
			troubles = append(troubles, string(t))
		}
		text += st.Dim(" (" + strings.Join(troubles, ", ") + ")")
	}
	return text
}
