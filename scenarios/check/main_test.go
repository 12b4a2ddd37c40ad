package check_test

import (
	"testing"

	"mxlab/internal/leaktest"
)

// No session outlives a test.
func TestMain(m *testing.M) { leaktest.Main(m, "mxlab/", "go-smtp.", "miekg/dns.", "crypto/tls.") }
