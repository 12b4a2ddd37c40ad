package scenarios

import _ "embed"

//go:embed starter.yaml
var starter string

// Starter is a scenario with comments that a new one can be made of. It can be
// played as it is, and its claims hold.
func Starter() string { return starter }
