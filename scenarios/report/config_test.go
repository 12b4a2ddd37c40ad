package report_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/report"
	"mxlab/scenarios/serve"
)

func TestConfiguration(t *testing.T) {
	t.Parallel()
	at := netip.MustParseAddrPort
	table := serve.Table{Scenario: "some/scenario", Domain: "example.com", DNS: "127.0.0.1:40053", Roots: "/tmp/a lab/roots.pem", Hops: []serve.Hop{
		{Name: "mx1.example.com", Address: at("192.0.2.1:25"), At: "127.0.0.1:40001"},
		{Name: "mx2.example.com", Address: at("192.0.2.2:25")},
		{Name: "192.0.2.3", Address: at("192.0.2.3:25"), At: "[::1]:40003"},
	}}
	for client, parts := range map[string][]string{
		"postfix": {"smtp_tls_CAfile = /tmp/a lab/roots.pem\n", "transport_maps = inline:{ { example.com = smtp:[127.0.0.1]:40001, [::1]:40003 } }\n",
			"    { [127.0.0.1]:40001 = secure match=example.com:.example.com }\n    { [::1]:40003 = secure match=example.com:.example.com }\n    }\n", "mxlab exec some/scenario -- PROGRAM"},
		"exim":     {"  domains = example.com\n", "  route_list = * \"127.0.0.1::40001 : ::::1::40003\" byname\n", "  tls_verify_certificates = /tmp/a lab/roots.pem\n"},
		"exchange": {"New-SendConnector -Name 'mxlab example.com' -Usage Custom -AddressSpaces 'SMTP:example.com;1' `\n  -DNSRoutingEnabled $false -SmartHosts '[127.0.0.1]' -Port 40001 ", "'SMTP:example.com;2'", "-TlsDomain 'mx1.example.com' "},
		"esa":      {"smtproutes\n  new\n  example.com\n  127.0.0.1:40001/pri=0, [::1]:40003/pri=10\n", "Do you want to use TLS support?                               5\n"},
		"swaks":    {"--server 127.0.0.1 --port 40001 \\\n  --tls --tls-verify --tls-ca-path '/tmp/a lab/roots.pem' --tls-sni mx1.example.com\n", "--server ::1 --port 40003 \\\n  --tls --tls-verify --tls-ca-path '/tmp/a lab/roots.pem'\n"},
		"openssl": {"-connect 127.0.0.1:40001 \\\n  -CAfile '/tmp/a lab/roots.pem' -no-CApath -verify_return_error -brief \\\n  -servername mx1.example.com -verify_hostname mx1.example.com </dev/null\n",
			"-connect [::1]:40003 \\\n  -CAfile '/tmp/a lab/roots.pem' -no-CApath -verify_return_error -brief </dev/null\n"},
	} {
		var out strings.Builder
		require.NoError(t, report.Configuration(&out, client, table), client)
		for _, part := range parts {
			assert.Contains(t, out.String(), part, client)
		}
		assert.NotContains(t, out.String(), "mx2", "it refuses every connection")
	}
	assert.Len(t, report.Clients(), 6)
	assert.ErrorContains(t, report.Configuration(nil, "exin", table), `did you mean "exim"`)
	table.Hops = table.Hops[1:2]
	assert.ErrorContains(t, report.Configuration(nil, "exim", table), "leads to no host")
}
