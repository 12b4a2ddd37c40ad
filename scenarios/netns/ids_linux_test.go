package netns

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseSubids(t *testing.T) {
	t.Parallel()
	const file = "daemon:1:2\nme:100000:65536\nother:200000:65536\nme:300000:70000\n1000:500000:80000\nme:bad:9999999\nme:1\n me:0:99999999\n"
	assert.Equal(t, subids{500000, 80000}, parseSubids(file, "me", 1000), "by number, and the largest")
	assert.Equal(t, subids{300000, 70000}, parseSubids(file, "me", 1001))
	assert.Equal(t, subids{200000, 65536}, parseSubids(file, "other", 1001))
	assert.Zero(t, parseSubids(file, "nobody", 65534))
	assert.Zero(t, parseSubids("", "me", 1000))
}

// Root's ids inside are those outside; whoever is alone has one, and cannot set
// groups.
func TestMappings(t *testing.T) {
	t.Parallel()
	m, err := whole()
	require.NoError(t, err)
	require.NotEmpty(t, m.uids)
	for _, r := range append(m.uids, m.gids...) {
		assert.Equal(t, r.ContainerID, r.HostID)
	}
	assert.True(t, m.setgroups)
	assert.False(t, m.helped())
	one := alone()
	require.Len(t, one.uids, 1)
	assert.Equal(t, 1, one.uids[0].Size)
	assert.False(t, one.setgroups)
}
