package finding

import (
	"fmt"
	"strings"

	"mxlab/verify"
)

var (
	unreachable = &Kind{"unreachable", High, "no connection to port 25 comes about",
		"recipient's end: check the host, its firewall, and the A record"}
	sessionLost = &Kind{"session-lost", High, "the host falls silent, hangs up, or says what is no SMTP",
		"recipient's end: look for the session in the host's log, and for devices before it"}
	greetingRefused = &Kind{"greeting-refused", High, "the host refuses the connection in its greeting",
		"recipient's end: look why it refuses the address of this sender: a blocklist, a limit, maintenance"}
	ehloRefused = &Kind{"ehlo-refused", High, "the host refuses EHLO and HELO",
		"recipient's end: look why it refuses this sender's name; sender's end: say a name in EHLO that resolves"}
	senderRefused = &Kind{"sender-refused", Medium, "the host refuses the sender of the test",
		"recipient's end: look at the rules for senders; repeat the test with another --from"}
	recipientRefused = &Kind{"recipient-refused", Medium, "the host refuses the recipient of the test",
		"recipient's end: let it take mail for postmaster (RFC 5321 section 4.5.1), and look at the rules for recipients"}
	noExtensions = &Kind{"no-extensions", Medium, "the host knows HELO only, so that it cannot offer STARTTLS",
		"recipient's end: enable ESMTP, or take a device away that hides it"}
	clockWrong = &Kind{"clock-wrong", Low, "the time in the greeting differs from that of this test",
		"recipient's end: set the host's clock by NTP; sender's end: the same here, if it is this clock"}
)

func sessionKinds() []*Kind {
	return []*Kind{unreachable, sessionLost, greetingRefused, ehloRefused, noExtensions, senderRefused, recipientRefused, clockWrong}
}

// conversation looks at the SMTP of a session.
func (l *look) conversation(s *verify.Session) {
	l.clock(s)
	if len(s.Steps) > 0 && helo(s) {
		l.note(noExtensions, "")
	}
	stop := s.Stop
	if stop == nil || inHandshake(s) {
		return
	}
	refused := map[verify.Stage]*Kind{verify.StageGreeting: greetingRefused, verify.StageEHLO: ehloRefused,
		verify.StageMail: senderRefused, verify.StageRcpt: recipientRefused}[stop.Stage]
	switch {
	case stop.Stage == verify.StageConnect:
		l.note(unreachable, "%s", stop.Cause)
	case stop.Cause == verify.ReplyRefused && refused != nil:
		l.note(refused, "%s", replyText(stop))
	default:
		l.note(sessionLost, "%s at %s%s", stop.Cause, stop.Stage, inside(stop))
	}
}

// inHandshake tells whether it was TLS that ended a session.
func inHandshake(s *verify.Session) bool {
	return s.Stop != nil && (s.Stop.Stage == verify.StageHandshake || s.Stop.InTLS())
}

// helo tells whether EHLO was refused in clear text and HELO taken.
func helo(s *verify.Session) bool {
	said := 0
	for _, step := range s.Steps {
		if step.Stage == verify.StageEHLO && !step.TLS {
			said++
		}
	}
	return said > 1 && (s.Stop == nil || s.Stop.Stage != verify.StageEHLO)
}

// replyText is a refusing reply: its code, and what stands on its first line.
func replyText(stop *verify.Stop) string {
	text := ""
	if len(stop.Reply.Lines) > 0 {
		text = strings.TrimSpace(stop.Reply.Lines[0])
	}
	text = strings.TrimSpace(fmt.Sprintf("%d %s", stop.Reply.Code, text))
	if stop.TLS {
		text += " (inside TLS)"
	}
	return text
}

func inside(stop *verify.Stop) string {
	if stop.TLS {
		return " inside TLS"
	}
	return ""
}
