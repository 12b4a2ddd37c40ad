package scenarios

import (
	"errors"
	"time"

	"go.yaml.in/yaml/v3"

	"mxlab/pki"
)

// maxCerts is how many certificates a scenario may have: each is compared with
// all others when a label is not found.
const maxCerts = 500

// readCerts reads the certificate lines. What the lines say about each other
// is checked by a lab, which issues nothing, so that its time does not matter.
func (r *reader) readCerts(n *yaml.Node) {
	const example = "hosted: CN=mx.example.com SAN=mx.example.com"
	lab := pki.NewLab(time.Unix(0, 0))
	whole := true
	for i, e := range r.entries(n, "certs:", example) {
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
	var bad pki.LabelErrors
	if errors.As(lab.Check(), &bad) {
		for _, e := range bad {
			r.refuse(r.certs[e.Label], e)
		}
	}
}

// checkLabels looks for the certificate of each host.
func (r *reader) checkLabels() {
	known := []string{"no-tls"}
	for _, c := range r.sc.Certs {
		known = append(known, c.Label)
	}
	for _, h := range r.sc.Hosts {
		label := h.Host.Cert
		if label == "no-tls" || r.certs[label] != nil {
			continue
		}
		at := 0
		if len(h.Host.Words) > 0 {
			at = h.Host.Words[0].Offset
		}
		r.at(r.hosts[h.Addr], at, "no certificate has the label %q; add a line for it under certs:, or write no-tls for a host without TLS%s",
			clip(label), r.hint(label, known...))
	}
}
