package conform

import (
	"regexp"
	"strings"
)

// A postfixLog is what Postfix has written about the messages of one world.
type postfixLog struct {
	next int                 // the line of the system's log that is still to be read
	ids  map[string]string   // of messages, by their senders
	open map[string][]string // what a process of smtp(8) has written since it was done with its last message
	gone map[string]bool     // ids of messages that have left the queue
	told map[string][]string // about a message, by its id; the last line is the one with its fate
}

// newPostfixLog begins at a line of the system's log.
func newPostfixLog(next int) *postfixLog {
	return &postfixLog{next, map[string]string{}, map[string][]string{}, map[string]bool{}, map[string][]string{}}
}

var (
	postfixLine   = regexp.MustCompile(`^(\S+)\[(\d+)\]: (.*)$`)
	postfixFrom   = regexp.MustCompile(`^(\w+): from=<([^>]+)>, `)
	postfixStatus = regexp.MustCompile(`^(\w+): to=<[^>]*>, .*status=(sent|deferred|bounced) (.*)$`)
)

// read reads a line. A process of smtp(8) is busy with one message at a time, and
// what it writes before the fate of a message is about that message.
func (p *postfixLog) read(line string) {
	m := postfixLine.FindStringSubmatch(line)
	if m == nil {
		return
	}
	switch ident, process, text := m[1], m[2], m[3]; ident {
	case "postfix/qmgr":
		if m := postfixFrom.FindStringSubmatch(text); m != nil {
			p.ids[m[2]] = m[1]
		} else if id, ok := strings.CutSuffix(text, ": removed"); ok {
			p.gone[id] = true
		}
	case postfixTransport + "/smtp":
		p.open[process] = append(p.open[process], text)
		if m := postfixStatus.FindStringSubmatch(text); m != nil {
			p.told[m[1]], p.open[process] = p.open[process], nil
		}
	}
}

// ended reports whether the fate of a sender's message is told, and the queue
// manager has heard it, of which it tells if the message is kept no longer.
func (p *postfixLog) ended(sender string) bool {
	id := p.ids[sender]
	told := p.told[id]
	return p.gone[id] || len(told) > 0 && strings.Contains(told[len(told)-1], "status=deferred")
}

// trial is what is told of a sender's message.
func (p *postfixLog) trial(label, sender string) Trial {
	trial := Trial{Label: label}
	level := ""
	for _, text := range p.told[p.ids[sender]] {
		trial.Said = append(trial.Said, text)
		if word, _, ok := strings.Cut(text, " TLS connection established to "); ok {
			level = word
		}
		if m := postfixStatus.FindStringSubmatch(text); m != nil {
			trial.Fate = Fate(m[2])
			trial.Reason = postfixReason(m[3], trial.Said)
		}
	}
	switch {
	case trial.Fate != Sent:
	case level == "Verified":
		trial.Verified = Yes
	default:
		trial.Verified = No
	}
	return trial
}
