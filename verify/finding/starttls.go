package finding

import (
	"strings"

	"mxlab/verify"
)

var (
	starttlsNotOffered = &Kind{"starttls-not-offered", High, "the host does not offer STARTTLS, so that mail comes in clear text or not at all",
		"recipient's end: switch TLS on for incoming mail"}
	starttlsOverwritten = &Kind{"starttls-overwritten", High, "a device before the host writes over the keyword STARTTLS",
		"recipient's end: switch off the SMTP inspection of the firewall (PIX fixup, ASA inspect esmtp)"}
	starttlsOnGreetingLine = &Kind{"starttls-on-greeting-line", High, "STARTTLS stands on the first line of the EHLO reply, where nobody looks for it (Cisco 212587)",
		"recipient's end: have the host offer it on a line of its own (RFC 5321 section 4.1.1.1)"}
	starttlsRefused = &Kind{"starttls-refused", High, "the host offers STARTTLS and refuses it",
		"recipient's end: look at its certificate, its key and its TLS engine"}
	starttlsOfferedAgain = &Kind{"starttls-offered-again", Low, "the host offers STARTTLS again inside TLS (RFC 3207 section 4.2)",
		"recipient's end: update the host; some senders take the offer and fail"}
	plaintextBehind220 = &Kind{"plaintext-behind-220", High, "clear text arrives behind the 220 to STARTTLS, before TLS: somebody on the way may put it there",
		"recipient's end: update the host, and look for devices before it"}
	pipelinedExecuted = &Kind{"pipelined-commands-executed", High, "commands that were sent in clear text behind STARTTLS are executed inside TLS (CVE-2011-0411)",
		"recipient's end: update the host; until then whoever is on the way can put commands into a session"}
)

func starttlsKinds() []*Kind {
	return []*Kind{starttlsNotOffered, starttlsOverwritten, starttlsOnGreetingLine, starttlsRefused, starttlsOfferedAgain,
		plaintextBehind220, pipelinedExecuted}
}

// starttls looks at the offer of TLS.
func (l *look) starttls(s *verify.Session) {
	clear, inside := ehloReply(s, false), ehloReply(s, true)
	switch {
	case len(clear) == 0 || s.Stop != nil && s.Stop.Stage == verify.StageEHLO && !s.Stop.TLS:
		return // it did not come so far
	case s.Offered && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220:
		l.note(starttlsRefused, "%s", replyText(&verify.Stop{Reply: s.STARTTLS}))
	case !s.Offered && strings.Contains(strings.ToUpper(clear[0]), "STARTTLS"):
		l.note(starttlsOnGreetingLine, "")
	case !s.Offered && strings.Contains(strings.Join(clear, "\n"), "XXXX"):
		l.note(starttlsOverwritten, "")
	case !s.Offered:
		l.note(starttlsNotOffered, "")
	}
	if s.Early > 0 {
		l.note(plaintextBehind220, "%d octets", s.Early)
	}
	for _, line := range inside[min(1, len(inside)):] {
		if word, _, _ := strings.Cut(line, " "); strings.EqualFold(word, "STARTTLS") {
			l.note(starttlsOfferedAgain, "")
			break
		}
	}
}

// injection looks what the host makes of a command behind STARTTLS.
func (l *look) injection(s *verify.Session) {
	if test := l.session(Injecting(l.helloOf(s))); test != nil && test.Executed {
		l.note(pipelinedExecuted, "")
	}
}

// Injecting is a hello with a command behind STARTTLS that changes nothing.
func Injecting(h verify.Hello) verify.Hello {
	h.Behind = "NOOP"
	return h
}

// ehloReply gives the lines that answered EHLO, without their codes.
func ehloReply(s *verify.Session, inTLS bool) (lines []string) {
	answering := false
	for _, line := range s.Dialogue {
		switch {
		case line.TLS != inTLS:
		case line.Client:
			verb, _, _ := strings.Cut(line.Text, " ")
			answering = strings.EqualFold(verb, "EHLO")
			if answering {
				lines = nil
			}
		case answering:
			lines = append(lines, line.Text[min(4, len(line.Text)):])
		}
	}
	return lines
}
