package verify

import "time"

// A Step is how long one step of a session took, by the client's clock: also a
// step that failed, which for a silent host is the client's whole patience. A
// host that refuses EHLO and is told HELO has two steps of that stage.
type Step struct {
	Stage Stage
	TLS   bool // inside TLS
	Took  time.Duration
}
