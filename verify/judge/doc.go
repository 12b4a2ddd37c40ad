// Package judge has the steps that every SMTP sender takes with a host, whatever
// its TLS setting: it finds no address, loses the connection, is refused, hands
// over the envelope. What a sender does then differs little, but each product
// has its own documents for it, and so brings its own rules.
//
// A policy makes a [Host] for each judgement, walks through the session in the
// order of the dialogue, and ends with one of the methods that return a verdict.
// All methods write down the checks and the rules on which the outcome rests. What
// a setting does where TLS does not come about, or a certificate does not hold, is
// an [Action] of its own.
//
// The package decides nothing about certificates, opens no socket, and
// keeps nothing between judgements.
package judge
