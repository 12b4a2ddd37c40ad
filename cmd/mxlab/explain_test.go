package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExplainBankPortal: the incident of the bank's mail reads as its report
// would. With -update it is written anew.
func TestExplainBankPortal(t *testing.T) {
	t.Parallel()
	const file = "testdata/bank-portal.txt"
	got := mxlab(t, "go run ./cmd/mxlab explain exchange/bank-portal", 0)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
