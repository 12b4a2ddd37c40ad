package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"mxlab/scenarios/serve"
)

// Served writes where a world that is served stands: every name, address and
// port, the DNS server, and the file with the authorities.
func Served(w io.Writer, t serve.Table, st Style) {
	fmt.Fprintf(w, "%s: mail for %s\n", st.Bold(t.Scenario), t.Domain)
	out := table{indent: "  "}
	out.row("DNS", t.DNS)
	out.row("roots", t.Roots)
	if t.Control != "" {
		out.row("control", t.Control)
	}
	out.row("clients", "--print "+strings.Join(Clients(), "|"))
	out.write(w)
	out = table{indent: "  "}
	fmt.Fprintf(w, "\n%s\n", st.Bold("hosts"))
	ports(w, t.Ports, st)
}

func ports(w io.Writer, list []serve.Port, st Style) {
	out := table{indent: "  "}
	for _, p := range list {
		at := p.At
		if at == "" {
			at = st.Dim("refused")
		}
		out.row(p.Address.String(), at, strings.Join(p.Names, ", "), st.Dim(p.Host))
	}
	out.write(w)
}

// ServedNow writes that another world has moved in, and the ports that are not
// what they were, all at once.
func ServedNow(w io.Writer, what string, before, after serve.Table, st Style) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", st.Bold("mxlab"), what)
	var other []serve.Port
	for _, p := range after.Ports {
		if !slices.ContainsFunc(before.Ports, func(old serve.Port) bool { return reflect.DeepEqual(old, p) }) {
			other = append(other, p)
		}
	}
	for _, old := range before.Ports {
		if !slices.ContainsFunc(after.Ports, func(p serve.Port) bool { return p.Address == old.Address }) {
			old.At, old.Host = "", "gone"
			other = append(other, old)
		}
	}
	ports(&b, other, st)
	w.Write(b.Bytes())
}

// JSONLine writes an entry of a journal as JSON, in a line of its own.
func JSONLine(w io.Writer, entry any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(entry); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
