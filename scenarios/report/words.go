package report

import (
	"fmt"
	"strings"
	"time"

	"mxlab/verify"
)

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// doubt is the mark of a result that rests on a rule that no document states.
func doubt(c verify.Certainty) string {
	if c.Solid() {
		return ""
	}
	return "?"
}

// doubtful is the mark in full: which certainty it is.
func doubtful(c verify.Certainty) string {
	if c.Solid() {
		return ""
	}
	return doubt(c) + c.String()
}

// relative writes a time as its distance from now, as a certificate line does:
// -30d, +12h.
func relative(t, now time.Time) string {
	d := t.Sub(now)
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	day := 24 * time.Hour
	switch {
	case d == 0:
		return "now"
	case d >= 2*day || d%day == 0:
		return fmt.Sprintf("%s%dd", sign, d/day)
	case d >= time.Hour:
		return fmt.Sprintf("%s%dh", sign, d/time.Hour)
	}
	return fmt.Sprintf("%s%dm", sign, d/time.Minute)
}

// tlsVersion names a protocol version.
func tlsVersion(v uint16) string {
	if v >= 0x0301 && v <= 0x0304 {
		return fmt.Sprintf("TLS 1.%d", v-0x0301)
	}
	return fmt.Sprintf("version 0x%04x", v)
}

// helloText says how a session was opened.
func helloText(h verify.Hello) string {
	if !h.TLS {
		return "in clear text"
	}
	sni := "no SNI"
	if h.SNI != "" {
		sni = "SNI " + h.SNI
	}
	if h.Verb != "" {
		sni += ", by " + h.Verb
	}
	if h.Behind != "" {
		sni += ", " + printable(h.Behind) + " behind " + h.Command()
	}
	if h.Suites != "" {
		sni += ", cipher suites " + string(h.Suites)
	}
	versions := tlsVersion(h.MinVersion)
	if h.MaxVersion != h.MinVersion {
		versions += " to " + strings.TrimPrefix(tlsVersion(h.MaxVersion), "TLS ")
	}
	return versions + ", " + sni
}

// hostHeading names a host and its address; the port only where it is not
// SMTP's.
func hostHeading(h verify.Hop) string {
	addr := h.Addr.Addr().String()
	if h.Addr.Port() != 25 {
		addr = h.Addr.String()
	}
	switch {
	case h.Host == "":
		return "no host: " + string(h.Fault)
	case h.Fault != "":
		return "host " + h.Host + " without an address: " + string(h.Fault)
	case h.Host == addr:
		return "host " + addr
	}
	return "host " + h.Host + " " + addr
}
