package finding

import (
	"slices"

	"mxlab/verify"
)

// A Remedy is what to change in a product, in the words of its own menus and
// commands.
type Remedy struct {
	Product   Product
	For       []*Kind  // the findings that it is for; none for any at the host
	Steps     []string // in order; {host} stands for the name in the MX record
	Source    string
	Certainty verify.Certainty // the weakest of the steps
}

const (
	reportESA = "a report on Exchange 2013 behind an ESA, 2018"
	doc118954 = "Cisco 118954 (TLS on a listener)"
)

// Remedies lists all that are known.
func Remedies() []*Remedy {
	certificate := []*Kind{unreadable, selfSigned, intermediateMissing, notTrusted, chainBroken, expired, notYetValid, expiresSoon, wrongUsage,
		revoked, nameMismatch, nameOnlyInCN, weakKey, weakSignature, chainDisordered, starttlsRefused}
	return []*Remedy{
		{ESA, []*Kind{starttlsNotOffered}, []string{
			"Mail Policies, Mail Flow Policies, Default Policy Parameters",
			"Security Features, Encryption and Authentication, TLS: Preferred",
			"Submit; Commit Changes",
		}, reportESA + ", steps 4 to 8; " + doc118954, verify.Documented},
		{ESA, certificate, []string{
			"Network, Certificates, Add Certificate, Import Certificate: the file with key, certificate and chain",
			"Network, Listeners, the public listener, Certificate: that one, in place of the demonstration certificate",
			"Submit; Commit Changes",
		}, reportESA + ", steps a to e; " + doc118954, verify.Documented},
		{ESA, []*Kind{clientCertAsked}, []string{
			"Mail Policies, Mail Flow Policies, the policy of these senders",
			"Security Features, Encryption and Authentication, TLS: without Verify Client Certificate",
			"Submit; Commit Changes",
		}, "AsyncOS user guide, mail flow policies", verify.Documented},
		{Exchange, []*Kind{starttlsNotOffered}, []string{
			"Get-ReceiveConnector | Format-List Identity,AuthMechanism,Fqdn,TlsCertificateName: which connector takes this mail, and what it says",
			"Set-ReceiveConnector IDENTITY -AuthMechanism ...: with Tls among them; without it STARTTLS is not offered",
			"Set-ReceiveConnector IDENTITY -TlsCertificateName $null: if it names a certificate that is gone (event 12014)",
			"Enable-ExchangeCertificate -Thumbprint THUMBPRINT -Services SMTP: a certificate with the connector's Fqdn",
		}, "Microsoft: Set-ReceiveConnector; cannot receive mail with a new certificate (event 12014); selection of inbound STARTTLS certificates", verify.Documented},
		{Exchange, certificate, []string{
			"New-ExchangeCertificate -GenerateRequest -SubjectName 'CN={host}' -DomainName {host}: the request for the authority",
			"Import-ExchangeCertificate: what the authority issued, with its chain",
			"Enable-ExchangeCertificate -Thumbprint THUMBPRINT -Services SMTP",
			"Get-ExchangeCertificate -DomainName {host}: the first one is the one that is chosen",
		}, "Microsoft: New-ExchangeCertificate, Get-ExchangeCertificate; practice for the others", verify.Recalled},
		{Exchange, []*Kind{versionOld, versionsOldToo}, []string{
			`Schannel of the server, HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols: Enabled 1 below TLS 1.2\Server, 0 below TLS 1.0\Server and TLS 1.1\Server`,
			"restart the server",
		}, "a report on TLS in Exchange 2013, 2018, that Schannel decides; practice for the rest", verify.Recalled},
		{ExchangeOnline, nil, []string{
			"nothing at the host, which Microsoft runs; ask its support",
		}, "deduced from who runs it", verify.Inferred},
	}
}

// RemediesOf gives what to change in a product because of findings.
func RemediesOf(p Product, found []*Kind) []*Remedy {
	return slices.DeleteFunc(Remedies(), func(r *Remedy) bool {
		fits := r.For == nil && len(found) > 0 || slices.ContainsFunc(r.For, func(k *Kind) bool { return slices.Contains(found, k) })
		return r.Product != p || !fits
	})
}
