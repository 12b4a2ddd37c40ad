package probe

import (
	"slices"
	"strings"

	"mxlab/verify"
)

// Hello says EHLO, and HELO to a host that does not know it (RFC 5321 section
// 3.2: any 5yz), which then offers nothing. After a handshake it must be said
// again, RFC 3207 section 4.2.
func (d *Dialogue) Hello(name string) *verify.Stop {
	d.keywords = nil
	r, stop := d.command(verify.StageEHLO, HelloTimeout, 2, "EHLO "+name)
	if stop != nil && stop.Cause == verify.ReplyRefused && r.Code/100 == 5 {
		_, stop = d.command(verify.StageEHLO, HelloTimeout, 2, "HELO "+name)
		return stop
	}
	if stop != nil {
		return stop
	}
	// RFC 5321 section 4.1.1.1: the first line is the greeting, each further
	// one starts with a keyword; section 2.4: their case does not matter.
	for _, line := range r.Lines[1:] {
		word, _, _ := strings.Cut(line, " ")
		d.keywords = append(d.keywords, strings.ToUpper(word))
	}
	return nil
}

// Offers reports whether the last Hello was answered with the keyword, on a
// line of its own. What stands on the first line, behind the host's name, is
// not offered.
func (d *Dialogue) Offers(keyword string) bool {
	return slices.Contains(d.keywords, strings.ToUpper(keyword))
}
