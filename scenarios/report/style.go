package report

// A Style says how text for a person is decorated. The zero Style is plain.
type Style struct {
	Color  bool // ANSI colours, for a terminal
	Stable bool // without what the next run of a receiver test may tell otherwise: times, dates, issuers, ciphers
}

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Good, Bad, Doubt and Dim decorate text by what it says.
func (s Style) Good(text string) string  { return s.paint("32", text) }
func (s Style) Bad(text string) string   { return s.paint("31", text) }
func (s Style) Doubt(text string) string { return s.paint("33", text) }
func (s Style) Dim(text string) string   { return s.paint("2", text) }
func (s Style) Bold(text string) string  { return s.paint("1", text) }
