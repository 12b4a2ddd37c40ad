package verify

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckDomains(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"sender.example", "a.example,b.example,xn--mller-kva.example"} {
		assert.NoError(t, CheckDomains(list), list)
	}
	for _, list := range []string{"", "a.example,", ",a.example", "A.example", "a..example", "a.example b.example", "192.0.2.1", "*.example", "m\u00fcller.example"} {
		assert.ErrorContains(t, CheckDomains(list), "is no domain: write domain names", list)
	}
}
