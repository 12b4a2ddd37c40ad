// Package esa judges as the Cisco Email Security Appliance (ESA, AsyncOS)
// does: the six TLS settings of its Destination Controls, in the numbers of the
// CLI command destconfig.
//
// A setting says three things: what happens when TLS cannot be negotiated
// before the server's 220, what happens when it fails after the 220, and, for
// the three settings that verify, by which algorithm the certificate is checked
// and what happens when it does not hold. [Settings] is that table.
//
// There are two identity algorithms. Verify (settings 4 and 5) compares the
// certificate's dNSNames with the recipient's domain, then the common name with
// the domain and with the forward-confirmed PTR name of the address. Hosted
// Verify (setting 6) looks at the common name only where there is no dNSName,
// and compares with the domain, then with the names of SMTP routes, or, without
// such, with the domain's MX names. So neither accepts all that the other does.
//
// Every rule stands in rules.go with its source and certainty. Where Cisco's
// documents leave a point open the default is the likelier reading, and the
// other is an [Options] field.
package esa
