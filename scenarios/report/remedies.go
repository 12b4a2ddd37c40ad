package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"mxlab/scenarios/check"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/finding"
	"mxlab/verify/pkix"
)

// toChange writes what to change at the hosts of a receiver test, in the words
// of each host's product; nothing where no product is known.
func toChange(w io.Writer, r *check.Report, st Style) {
	var b bytes.Buffer
	told := map[string]bool{}
	for _, h := range r.Hosts {
		if !told[h.Hop.Host] {
			told[h.Hop.Host] = remedies(&b, h.Hop.Host, h.Product, r.Remedies(h), st)
		}
	}
	if b.Len() > 0 {
		fmt.Fprintf(w, "\n%s\n%s", st.Bold("what to change"), b.String())
	}
}

// remedies writes what to change at one host, and reports whether it is
// anything.
func remedies(w io.Writer, host string, p finding.Product, list []*finding.Remedy, st Style) bool {
	if len(list) == 0 {
		return false
	}
	fmt.Fprintf(w, "  at %s, %s\n", host, p.Title())
	for _, r := range list {
		for _, step := range r.Steps {
			fmt.Fprintf(w, "    %s\n", strings.ReplaceAll(step, "{host}", host))
		}
		certainty := r.Certainty.String()
		if !r.Certainty.Solid() {
			certainty = st.Doubt(certainty)
		}
		fmt.Fprintf(w, "      %s\n", st.Dim(r.Source+"; ")+certainty)
	}
	return true
}

// productWords writes what to change at the hosts that decided deliveries, in
// the words of their products.
func productWords(w io.Writer, r *world.Result, modes []world.ModeResult, st Style) {
	for i, hop := range r.Assessment.Hops {
		var kinds []*finding.Kind
		for _, m := range modes {
			if k := kindOf(m.Delivery); k != nil && m.Delivery.Tried > 0 && m.Last() == i {
				kinds = append(kinds, k)
			}
		}
		if p := productAt(r, hop); len(kinds) > 0 {
			remedies(w, hop.Host, p, finding.RemediesOf(p, kinds), st)
		}
	}
}

// productAt tells what stands at a host: what the scenario says, or what the
// host says itself.
func productAt(r *world.Result, hop verify.Hop) finding.Product {
	for _, h := range r.Scenario.Hosts {
		if h.Addr == hop.Addr.Addr() && h.Product != finding.UnknownProduct {
			return h.Product
		}
	}
	ev := r.Assessment.Evidence.At(hop)
	for _, h := range hellos(ev, hop) {
		if p := finding.Recognise(ev.Sessions[ev.SessionKey(h)]); p != finding.UnknownProduct {
			return p
		}
	}
	return finding.UnknownProduct
}

// kindOf gives the finding at the recipient's end that is behind the reason of a
// delivery; nil if there is none.
func kindOf(d verify.Delivery) *finding.Kind {
	id := map[verify.Reason]string{
		verify.CertificateExpired: "certificate-expired", verify.CertificateHostMismatch: "certificate-name-mismatch",
		verify.CertificateNotTrusted: "certificate-not-trusted",
	}[d.Reason]
	switch {
	case d.Reason == verify.STARTTLSNotSupported && d.Detail == verify.Refused:
		id = "starttls-refused"
	case d.Reason == verify.STARTTLSNotSupported:
		id = "starttls-not-offered"
	case d.Reason == verify.ValidationFailure && d.Detail == verify.Detail(verify.HandshakeVersion):
		id = "tls-version-old"
	case d.Reason == verify.ValidationFailure && slices.Contains(pkix.Kinds(), pkix.Kind(d.Detail)):
		id = "chain-broken"
	}
	return finding.Lookup(id)
}
