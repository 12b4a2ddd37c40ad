package finding

// A Severity says how much a finding matters.
type Severity int

// The severities, the least first.
const (
	Info   Severity = iota // worth knowing; nothing is to be done
	Low                    // against a rule or a custom, and harmless for now
	Medium                 // strict senders do not deliver, or the protection is weaker than it looks
	High                   // senders do not deliver, or deliver in clear text or to a host that proves nothing
)

// Severities lists the closed set, the least first.
func Severities() []Severity { return []Severity{Info, Low, Medium, High} }

// String gives the word: info, low, medium, high.
func (s Severity) String() string { return [...]string{"info", "low", "medium", "high"}[s] }
