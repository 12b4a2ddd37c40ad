package scenarios

// ParseDomain reads a recipient's domain as a scenario states it, and gives it
// in lower case and A-labels. The error is a [*SyntaxError].
func ParseDomain(s string) (string, error) { return parseDomain(s) }
