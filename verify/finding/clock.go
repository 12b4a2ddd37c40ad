package finding

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"mxlab/verify"
)

// greetingDate is a date as RFC 5322 section 3.3 writes it, which Exchange,
// sendmail and others put into their greeting.
var greetingDate = regexp.MustCompile(`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?[0-9]{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [-+][0-9]{4}`)

// tolerance is how much two clocks may differ. Five minutes are what Kerberos
// grants (RFC 4120 section 1.6), and less than any certificate minds.
const tolerance = 5 * time.Minute

// clock compares the time in the greeting, if there is one, with that at which
// the greeting came.
func (l *look) clock(s *verify.Session) {
	text := greetingDate.FindString(strings.Join(s.Greeting.Lines, "\n"))
	at, err := mail.ParseDate(text)
	if err != nil {
		return
	}
	came := s.Began
	for _, step := range s.Steps {
		if step.Stage == verify.StageConnect || step.Stage == verify.StageGreeting {
			came = came.Add(step.Took)
		}
	}
	if at.Sub(came).Abs() > tolerance {
		l.note(clockWrong, "")
		l.found[len(l.found)-1].Moment = text
	}
}
