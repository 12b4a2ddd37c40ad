package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// Every character of a value must be found again in the file, where it stands
// there as it is.
func TestPosition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		where     map[string]string // a piece of the value: line and column, or "start"
	}{
		{"plain", "k: one two\n", map[string]string{"one": "1:4", "two": "1:8"}},
		{"plain behind other characters", "Größe: ü two\n", map[string]string{"ü": "1:8", "two": "1:10"}},
		{"single quotes", "k: 'it''s two'\n", map[string]string{"it": "1:5", "s two": "1:9", "two": "1:11"}},
		{"double quotes", `k: "a\tb\x41\u00e9\U0001F600\\ two"` + "\n", map[string]string{"a": "1:5", "b": "1:8", "A": "1:9", "é": "1:13", "😀": "1:19", "two": "1:32"}},
		{"escapes of more than one octet", `k: "\N\_\L\P two"` + "\n", map[string]string{"two": "1:14"}},
		{"literal block", "k: |\n  one\n    two\n\n  ü three\n", map[string]string{"one": "2:3", "two": "3:5", "three": "5:5"}},
		{"literal block with its own indentation", "k: |1-\n   one\n  two\n", map[string]string{"one": "2:4", "two": "3:3"}},
		{"literal block with a comment", "k: | # text\n\n  one\n", map[string]string{"one": "3:3"}},
		{"literal block with carriage returns", "k: |\r\n  one\r\n  two\r\n", map[string]string{"one": "2:3", "two": "3:3"}},
		{"folded block", "k: >\n  one\n  two\n", map[string]string{"one": "1:4", "two": "1:4"}},
		{"plain over two lines", "k: one\n  two\n", map[string]string{"one": "1:4", "two": "1:4"}},
		{"quotes over two lines", "k: 'one\n  two'\n", map[string]string{"one": "1:5", "two": "1:4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			txt := newText("f", []byte(c.src))
			require.Empty(t, txt.errs)
			var doc yaml.Node
			require.NoError(t, yaml.Unmarshal(txt.src, &doc))
			n := doc.Content[0].Content[1]
			for piece, want := range c.where {
				offset := strings.Index(n.Value, piece)
				require.GreaterOrEqual(t, offset, 0, "%q is in the value %q", piece, n.Value)
				line, col := txt.position(n, offset)
				assert.Equal(t, want, fmt.Sprintf("%d:%d", line, col), "%q at offset %d of %q", piece, offset, n.Value)
			}
			for offset := -1; offset <= len(n.Value)+1; offset++ {
				line, col := txt.position(n, offset)
				assert.True(t, line >= 1 && line < len(txt.lines), "offset %d: line %d", offset, line)
				assert.True(t, col >= 1 && col <= len([]rune(txt.line(line)))+1, "offset %d: column %d", offset, col)
			}
		})
	}
}
