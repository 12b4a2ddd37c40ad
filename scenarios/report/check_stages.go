package report

import (
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"time"

	"mxlab/scenarios/check"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// stages writes the matrix of a receiver test: a row for each address with OK
// or FAIL and the time that each stage took, and a last one with the averages.
func stages(w io.Writer, r *check.Report, st Style) {
	averages := r.Averages()
	if len(averages) == 0 {
		return
	}
	t := table{indent: "  "}
	head := []string{"", ""}
	for _, a := range averages {
		head = append(head, a.Name)
	}
	t.row(head...)
	for _, h := range r.Hosts {
		if !h.Hop.Addr.IsValid() {
			continue
		}
		row := []string{fmt.Sprint(h.Hop.Preference), strings.TrimPrefix(hostHeading(h.Hop), "host ")}
		for _, s := range h.Stages {
			row = append(row, stageText(s, st))
		}
		t.row(row...)
	}
	last := []string{"", "average"}
	for _, a := range averages {
		last = append(last, timed(fmt.Sprintf("%d%%", a.Percent), a.Name, a.Took, st))
	}
	t.row(last...)
	t.write(w)
}

// stageText is one cell of the matrix.
func stageText(s finding.Stage, st Style) string {
	switch s.Result {
	case verify.Passed:
		return timed(st.Good("OK"), s.Name, s.Took, st)
	case verify.Failed:
		return timed(st.Bad("FAIL"), s.Name, s.Took, st)
	}
	return st.Dim("-")
}

// timed puts the time behind a text, where a stage has one.
func timed(text, stage string, took time.Duration, st Style) string {
	if st.Stable || stage == finding.Advertised || stage == finding.CertOK {
		return text
	}
	return text + " " + st.Dim(milliseconds(took))
}

// milliseconds writes a time as CheckTLS does, and one of many seconds as people
// do.
func milliseconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return d.Round(time.Second).String()
}

// cipher writes the suite that was negotiated with a host.
func cipher(w io.Writer, ev verify.Evidence, hop verify.Hop, st Style) {
	if s := finding.Session(ev.At(hop)); !st.Stable && hop.Addr.IsValid() && s != nil && s.TLS != nil {
		fmt.Fprintf(w, "  cipher suite: %s\n", tls.CipherSuiteName(s.TLS.Cipher))
	}
}
