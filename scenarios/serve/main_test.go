package serve_test

import (
	"testing"

	"mxlab/internal/leaktest"
)

// What was served is gone when it was closed.
func TestMain(m *testing.M) { leaktest.Main(m, "mxlab/", "go-smtp.", "miekg/dns.", "crypto/tls.") }
