package fakedns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines gives a zone's records as lines of TTL, owner, type and data.
func lines(z *Zone) []string {
	var out []string
	for _, r := range z.Records() {
		out = append(out, fmt.Sprint(r.TTL, " ", r.Owner, " ", r.Type, " ", r.Data))
	}
	return out
}

const pasted = `; <<>> DiG 9.18 <<>> example.com mx
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4242
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 1, ADDITIONAL: 3

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;example.com.			IN	MX

;; ANSWER SECTION:
example.com.		300	IN	MX	10 mx01.subd.emailhosted.not.
example.com.		300	IN	MX	20 MX02.subd.emailhosted.not.

;; AUTHORITY SECTION:
example.com.		172800	IN	NS	ns.example.net.

;; ADDITIONAL SECTION:
mx01.subd.emailhosted.not. 60	IN	A	192.0.2.1
mx01.subd.emailhosted.not. 60	IN	AAAA	2001:db8::1
example.com.		300	IN	MX	10 mx01.subd.emailhosted.not.

;; Query time: 12 msec
;; SERVER: 192.0.2.53#53(192.0.2.53) (UDP)
;; MSG SIZE  rcvd: 152
`

func TestPastedAnswerIsAZone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"lf": pasted, "crlf": strings.ReplaceAll(pasted, "\n", "\r\n")} {
		z, err := ParseZone(text, "example.com")
		require.NoError(t, err, name)
		assert.Equal(t, []string{
			"300 example.com MX 10 mx01.subd.emailhosted.not.",
			"300 example.com MX 20 MX02.subd.emailhosted.not.",
			"172800 example.com NS ns.example.net.",
			"60 mx01.subd.emailhosted.not A 192.0.2.1",
			"60 mx01.subd.emailhosted.not AAAA 2001:db8::1",
		}, lines(z), name)
		assert.Equal(t, []string{"0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "2.0.192.in-addr.arpa", "emailhosted.not", "example.com"}, z.Apexes(), name)
		for _, r := range z.Records() {
			assert.True(t, strings.HasPrefix(strings.ToLower(text[r.Offset:]), r.Owner+"."), "%s: offset %d is not that of %s", name, r.Offset, r.Owner)
		}
	}
}

func TestMasterFileForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":              {"", nil},
		"only comments":        {"; a\n\n  ;b", nil},
		"no ttl, no class":     {"a.example. A 192.0.2.1", []string{"3600 a.example A 192.0.2.1"}},
		"class before ttl":     {"a.example. IN 5 A 192.0.2.1", []string{"5 a.example A 192.0.2.1"}},
		"lower case words":     {"A.Example. 5 in a 192.0.2.1", []string{"5 a.example A 192.0.2.1"}},
		"ttl of the one above": {"a.example. 7 A 192.0.2.1\nb.example. A 192.0.2.2", []string{"7 a.example A 192.0.2.1", "7 b.example A 192.0.2.2"}},
		"$TTL stays":           {"$TTL 1h\na.example. 7 A 192.0.2.1\nb.example. A 192.0.2.2", []string{"7 a.example A 192.0.2.1", "3600 b.example A 192.0.2.2"}},
		"units":                {"a.example. 1w2d3h4m5s A 192.0.2.1", []string{"788645 a.example A 192.0.2.1"}},
		"same owner":           {"a.example. 7 A 192.0.2.1\n\t  A 192.0.2.2", []string{"7 a.example A 192.0.2.1", "7 a.example A 192.0.2.2"}},
		"origin":               {"$ORIGIN Example.\n@ 7 MX 1 mx\nmx A 192.0.2.1\n$ORIGIN sub\nb A 192.0.2.2", []string{"7 example MX 1 mx.Example.", "7 mx.example A 192.0.2.1", "7 b.sub.example A 192.0.2.2"}},
		"root origin":          {"$ORIGIN .\na.example 7 MX 1 mx.example", []string{"7 a.example MX 1 mx.example."}},
		"parentheses": {"example. 9 SOA ns.example. h.example. ( ; serial\n 1 ; refresh\n 2 3\n\t4 5 )\na.example. ( A\n192.0.2.1 )",
			[]string{"9 example SOA ns.example. h.example. 1 2 3 4 5", "9 a.example A 192.0.2.1"}},
		"quotes":          {`a.example. 1 TXT "v=x; (not a comment" plain "tab\"\009"`, []string{`1 a.example TXT "v=x; (not a comment" "plain" "tab\"\009"`}},
		"escapes":         {`\097\.b.example. 1 A 192.0.2.1`, []string{`1 a\.b.example A 192.0.2.1`}},
		"unknown type":    {`a.example. 1 TYPE65280 \# 2 abcd`, []string{`1 a.example TYPE65280 \# 2 abcd`}},
		"known by number": {`a.example. 1 TYPE1 \# 4 C0000201`, []string{`1 a.example A 192.0.2.1`}},
		"owner is a type": {"mx.example. 1 MX 5 a.\n$ORIGIN example.\nMX IN MX 5 a.", []string{"1 mx.example MX 5 a."}},
		"repeated":        {"a.example. 1 CNAME b.example.\na.example. 2 CNAME B.example.", []string{"1 a.example CNAME b.example."}},
		"repeated text":   {"a.example. 1 TXT a\na.example. TXT A", []string{`1 a.example TXT "a"`, `1 a.example TXT "A"`}},
		"null MX":         {"a.example. 1 MX 0 .", []string{"1 a.example MX 0 ."}},
		"signed alias":    {"a.example. 1 CNAME b.example.\na.example. NSEC c.example. CNAME", []string{"1 a.example CNAME b.example.", "1 a.example NSEC c.example. CNAME"}},
		"glue":            {"s.example. 1 NS ns.s.example.\nns.s.example. A 192.0.2.1", []string{"1 s.example NS ns.s.example.", "1 ns.s.example A 192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, err := ParseZone(c.text, "example")
			require.NoError(t, err)
			assert.Equal(t, c.want, lines(z))
		})
	}
}

// The place of each error is marked by a ^ before it, which is not part of the
// text; the message must contain the word that helps.
func TestZoneErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct{ marked, help string }{
		"relative owner":         {"^a.example 1 A 192.0.2.1", "end it with a dot"},
		"relative data":          {"a.example. 1 MX 10 ^mx.example", "end it with a dot"},
		"relative, second line":  {"a.example. 1 A 192.0.2.1\nb.example. MX 10 ^mx", "end it with a dot"},
		"relative in SOA":        {"a.example. SOA ns.example. ^hm 1 2 3 4 5", "end it with a dot"},
		"@ without origin":       {"^@ 1 A 192.0.2.1", "$ORIGIN"},
		"@ in the data":          {"a.example. MX 10 ^@", "$ORIGIN"},
		"relative origin":        {"$ORIGIN ^example", "end it with a dot"},
		"include":                {"; x\n^$INCLUDE db.example", "refused"},
		"generate":               {"^$generate 1-9 a$ A 192.0.2.$", "refused"},
		"directive":              {"^$ORIGN example.", "$ORIGIN"},
		"directive without word": {"^$TTL", "$TTL 3600"},
		"directive with two":     {"$TTL 1 ^2", "one word"},
		"bad $TTL":               {"$TTL ^x", "seconds"},
		"type":                   {"a.example. 1 IN ^MXX 10 b.example.", "write MX"},
		"type in number":         {"a.example. 1 IN ^TYPE65536 x", "known are"},
		"type of questions":      {"a.example. 1 IN ^ANY x", "not a type of data"},
		"type OPT":               {"a.example. 1 IN ^TYPE41 x", "not a type of data"},
		"dname":                  {"a.example. 1 IN ^DNAME b.example.", "CNAME"},
		"class":                  {"a.example. 1 ^CH TXT x", "IN"},
		"ttl":                    {"a.example. 3^x0 IN A 192.0.2.1", "seconds"},
		"ttl too large":          {"a.example. ^2147483648 IN A 192.0.2.1", "2147483647"},
		"ttl overflows":          {"a.example. ^99999999999999999999999999999w A 192.0.2.1", "2147483647"},
		"only a name":            {"^a.example.", "no record type"},
		"only a name and class":  {"^a.example. IN", "no record type"},
		"no data":                {"a.example. 1 IN ^MX", "10 mx.example.com."},
		"too little data":        {"a.example. 1 IN MX ^10", "10 mx.example.com."},
		"too much data":          {"a.example. 1 IN A 192.0.2.1 ^192.0.2.2", "IPv4"},
		"address":                {"a.example. 1 IN A ^192.0.2.256", "192.0.2.1"},
		"address of the other":   {"a.example. 1 IN AAAA ^192.0.2.1", "2001:db8::1"},
		"preference":             {"a.example. 1 IN MX ^65536 b.example.", "65535"},
		"preference missing":     {"a.example. 1 IN MX ^b.example.", "preference"},
		"first line is indented": {" ^a.example. 1 A 192.0.2.1", "begin the line with a name"},
		"label too long":         {"^" + long[:64] + ".example. 1 A 192.0.2.1", "63"},
		"name too long":          {"^" + strings.Repeat(long[:50]+".", 5) + "x. 1 A 192.0.2.1", "255"},
		"empty label":            {"^a..example. 1 A 192.0.2.1", "octets"},
		"quoted owner":           {`^"a.example." 1 A 192.0.2.1`, "without quotes"},
		"string too long":        {`a.example. TXT x ^"` + long + `"`, "several"},
		"open quote":             {"a.example. TXT ^\"x\n\"", "closed"},
		"open quote at the end":  {"a.example. TXT ^\"x", "closed"},
		"open parenthesis":       {"a.example. TXT ^( x ( y )\n", "closed"},
		"closing parenthesis":    {"a.example. TXT x ^)", "delete"},
		"last backslash":         {"a.example. TXT x^\\", "escape"},
		"not ASCII":              {"m^\xc3\xbcnchen.example. A 192.0.2.1", "xn--"},
		"no-break space":         {"a.example.^\u00a0A 192.0.2.1", "ASCII"},
		"control character":      {"a.example. TXT \"^\x00\"", `\000`},
		"two aliases":            {"a.example. CNAME b.example.\n^a.example. CNAME c.example.", "delete one"},
		"alias and data":         {"a.example. CNAME b.example.\n^A.example. A 192.0.2.1", "stands alone"},
		"data and alias":         {"a.example. A 192.0.2.1\n^a.example. CNAME b.example.", "stands alone"},
		"two SOA":                {"a.example. SOA . . 1 2 3 4 5\n^a.example. SOA . . 2 2 3 4 5", "delete one"},
		"wildcard delegation":    {"^*.a.example. NS b.example.", "wildcard"},
		"the root":               {"^. NS a.example.", "SOA"},
		"a wildcard of the root": {"^*. A 192.0.2.1", "SOA"},
		"hidden by a delegation": {"s.a.example. NS b.example.\n^x.s.a.example. A 192.0.2.1", "s.a.example an SOA"},
		"hidden beside it":       {"s.a.example. NS b.example.\n^s.a.example. MX 1 b.example.", "s.a.example an SOA"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := strings.IndexByte(c.marked, '^')
			z, err := ParseZone(strings.Replace(c.marked, "^", "", 1), "")
			require.Error(t, err, "got %v", z)
			var se *SyntaxError
			require.ErrorAs(t, err, &se)
			assert.Equal(t, at, se.Offset, se.Msg)
			assert.Contains(t, se.Msg, c.help)
		})
	}
}

func TestZoneLimits(t *testing.T) {
	t.Parallel()
	var records, set strings.Builder
	for i := range maxRecords + 1 {
		fmt.Fprintf(&records, "h%d.test. TXT x\n", i)
	}
	for i := range 200 {
		fmt.Fprintf(&set, "a.test. TXT %q\n", fmt.Sprintf("%d%0250d", i, 0))
	}
	for name, text := range map[string]string{
		"text": strings.Repeat("; x\n", maxText/4+1), "records": records.String(), "RRset": set.String(),
	} {
		_, err := ParseZone(text, "")
		var se *SyntaxError
		require.ErrorAs(t, err, &se, name)
		assert.LessOrEqual(t, se.Offset, len(text), name)
	}
	_, err := ParseZone("", "a..example")
	var se *SyntaxError
	require.ErrorAs(t, err, &se)
}
