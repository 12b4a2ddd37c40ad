package fakemx_test

import (
	"testing"

	"mxlab/internal/leaktest"
)

// Each test closes what it started, go-smtp's goroutines too.
func TestMain(m *testing.M) { leaktest.Main(m, "fakemx.(*", "go-smtp.") }
