package probe

import (
	"testing"

	"mxlab/internal/leaktest"
)

// After the tests no connection of theirs is left.
func TestMain(m *testing.M) { leaktest.Main(m, "verify/probe", "crypto/tls", "miekg/dns") }
