package scenarios

import (
	"errors"
	"time"

	"mxlab/pki"
)

// maxCerts is how many certificates a scenario may have: each is compared with
// all others when a label is not found.
const maxCerts = 500

// readCerts reads the certificate lines; a label of a higher layer takes the
// place of the same one below. What the lines say about each other is checked
// by a lab, which issues nothing, so that its time does not matter.
func (r *reader) readCerts() {
	const example = "hosted: CN=mx.example.com SAN=mx.example.com"
	lab := pki.NewLab(time.Unix(0, 0))
	whole := true
	var lines []entry
	for _, n := range r.all("certs") {
		lines = overlaid(lines, r.entries(n, "certs:", example))
	}
	for i, e := range lines {
		if i == maxCerts {
			r.at(e.key, 0, "a scenario has at most %d certificates; leave those out that the incident does not need", maxCerts)
			return
		}
		label := e.key.Value
		r.certs[label] = e.value
		s, ok := r.scalar(e.value, "a certificate", example)
		if !ok {
			whole = false
			continue
		}
		spec, err := pki.ParseLine(s)
		if err != nil {
			whole = false
			r.refuse(e.value, err)
			continue
		}
		if label == "no-tls" {
			r.at(e.key, 0, "no-tls is the certificate of a host without one; write another label")
			continue
		}
		if err := lab.Add(label, spec); err != nil {
			r.refuse(e.key, err)
			continue
		}
		r.sc.Certs = append(r.sc.Certs, Cert{label, spec})
	}
	// With a line missing, every reference to it would be a second mistake.
	if !whole {
		return
	}
	r.lab = lab
	var bad pki.LabelErrors
	if errors.As(lab.Check(), &bad) {
		for _, e := range bad {
			r.refuse(r.certs[e.Label], e)
		}
	}
}

// overlaid puts the entries of a layer into the places of those below it with
// the same keys, the others behind them.
func overlaid(below, above []entry) []entry {
	at := map[string]int{}
	for i, e := range below {
		at[e.key.Value] = i
	}
	for _, e := range above {
		if i, ok := at[e.key.Value]; ok {
			below[i] = e
		} else {
			below = append(below, e)
		}
	}
	return below
}

// checkLabels looks for every certificate that a host or the sender names.
func (r *reader) checkLabels() {
	known := []string{"no-tls"}
	for _, c := range r.sc.Certs {
		known = append(known, c.Label)
	}
	for _, m := range r.labels {
		if m.name == "no-tls" || r.certs[m.name] != nil {
			continue
		}
		r.at(m.node, m.at, "no certificate has the label %q; add a line for it under certs:, or write no-tls for a host without TLS%s",
			clip(m.name), r.hint(m.name, known...))
	}
}
