package probe

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

func read(input string) (r verify.Reply, heard []string, err error) {
	br := bufio.NewReaderSize(strings.NewReader(input), MaxLine)
	r, err = readReply(br, func(line string) { heard = append(heard, line) })
	return r, heard, err
}

func TestReadReply(t *testing.T) {
	t.Parallel()
	longest := "250 " + strings.Repeat("x", MaxLine-6)
	for _, row := range []struct {
		name, input string
		want        verify.Reply
		err         error
	}{
		{"one line", "220 mx.example ESMTP\r\n", verify.Reply{Code: 220, Lines: []string{"mx.example ESMTP"}}, nil},
		{"three lines", "250-a\r\n250- b \r\n250 c\r\n", verify.Reply{Code: 250, Lines: []string{"a", " b ", "c"}}, nil},
		{"no blank", "250\r\n", verify.Reply{Code: 250, Lines: []string{""}}, nil},
		{"no blank on the last of two lines", "250-a\r\n250\r\n", verify.Reply{Code: 250, Lines: []string{"a", ""}}, nil},
		{"LF alone", "250-a\n250 b\n", verify.Reply{Code: 250, Lines: []string{"a", "b"}}, nil},
		{"octets beyond ASCII", "550 \xff\x00\r\n", verify.Reply{Code: 550, Lines: []string{"\xff\x00"}}, nil},
		{"the longest line", longest + "\r\n", verify.Reply{Code: 250, Lines: []string{longest[4:]}}, nil},
		{"a line too long", longest + "x\r\n", verify.Reply{}, errTooLong},
		{"as many lines as may be", strings.Repeat("250-a\n", MaxLines-1) + "250 b\n", verify.Reply{Code: 250, Lines: append(strings.Fields(strings.Repeat("a ", MaxLines-1)), "b")}, nil},
		{"a line too many", strings.Repeat("250-a\n", MaxLines) + "250 b\n", verify.Reply{}, errTooLong},
		{"two codes", "250-a\r\n251 b\r\n", verify.Reply{}, errNotSMTP},
		{"text without blank", "250ok\r\n", verify.Reply{}, errNotSMTP},
		{"two digits", "25 ok\r\n", verify.Reply{}, errNotSMTP},
		{"no digit", "2x0 ok\r\n", verify.Reply{}, errNotSMTP},
		{"zero first", "050 ok\r\n", verify.Reply{}, errNotSMTP},
		{"empty line", "\r\n", verify.Reply{}, errNotSMTP},
		{"end in a line", "250 o", verify.Reply{}, io.EOF},
		{"end between lines", "250-o\r\n", verify.Reply{}, io.EOF},
	} {
		r, heard, err := read(row.input)
		if row.err != nil {
			assert.ErrorIs(t, err, row.err, row.name)
			continue
		}
		require.NoError(t, err, row.name)
		assert.Equal(t, row.want, r, row.name)
		assert.Len(t, heard, len(r.Lines), "%s: lines heard", row.name)
	}
}

// What breaks off is kept, for a person to see.
func TestReadReplyHearsWhatBreaksOff(t *testing.T) {
	t.Parallel()
	_, heard, err := read("250-a\r\n25")
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, []string{"250-a", "25"}, heard)
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{
		"220 mx.example\r\n", "250-a\r\n250 b\r\n", "250\r\n", "250-a\r\n251 b\r\n", "25", "", "\n", "250-\r\r\n250 \x00\n",
		"999 x\n", "000 x\n", "-50 x\n", "250", strings.Repeat("250-x\n", 200), strings.Repeat("2", 3000),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		r, heard, err := read(input)
		for _, line := range heard {
			assert.NotContains(t, line, "\n")
			assert.LessOrEqual(t, len(line), MaxLine)
		}
		assert.LessOrEqual(t, len(heard), MaxLines)
		if err != nil {
			known := errors.Is(err, errNotSMTP) || errors.Is(err, errTooLong) || errors.Is(err, io.EOF)
			assert.True(t, known, "error of unknown kind: %v", err)
			return
		}
		assert.True(t, r.Code >= 100 && r.Code <= 999, "code %d", r.Code)
		require.Len(t, heard, len(r.Lines))
		// Said again as RFC 5321 writes it, the reply reads the same.
		var again strings.Builder
		for i, text := range r.Lines {
			sep := "-"
			if i == len(r.Lines)-1 {
				sep = " "
			}
			again.WriteString(heard[i][:3] + sep + text + "\r\n")
		}
		if again.Len() < MaxLine { // a line at the limit may have ended in LF alone
			same, _, err := read(again.String())
			require.NoError(t, err)
			assert.Equal(t, r, same)
		}
	})
}
