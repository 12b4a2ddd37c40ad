// Package exchange judges as the Send connector of Exchange Server does, from
// Exchange 2010 to the Subscription Edition: each setting is a combination of
// the parameters of Set-SendConnector.
//
// Without RequireTLS a connector is opportunistic: it uses TLS where it is
// offered, takes any certificate, and sends in clear text to a host that offers
// none. With it TLS is a condition, and TlsAuthLevel says how far the
// certificate is checked.
//
// TLS itself is not Exchange's but Schannel's, the TLS library of Windows: its
// versions, and what it refuses in a handshake before a connector looks at the
// certificate, are the same for all settings.
//
// Every rule stands in rules.go with its source and certainty. Where Microsoft's
// documents leave a point open the default is the likelier reading, and the
// other is an option.
package exchange
