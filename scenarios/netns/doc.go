// Package netns runs any program inside a scenario's world, without root: in
// Linux namespaces of its own (user_namespaces(7) and those below it), in which
// the scenario's addresses, ports, names, authorities and host name are real,
// and in which there is nothing else.
//
// Two processes take part. The one outside, [Launch], starts this program again
// as process 1 of new namespaces, says which ids it has there, hands signals on,
// and waits. The one inside, [Life], brings up the world and starts the command;
// it is process 1, so that the kernel ends all else when it ends, and it ends
// with the command, or with the one outside, however that ended. Nothing has a
// name that would have to be taken away.
//
// There are two network namespaces. The command lives in the first, as the
// sender, with an address of its own; the hosts and the DNS server listen in the
// second, at the other end of a cable (veth(4)). A mail server that had the
// addresses of its recipients' hosts itself would take their mail for its own.
//
// The command sees the files of the machine, but cannot change them, other than
// below its working directory and its home. /etc is a copy of its own, in which resolver,
// hosts, authorities and names are the world's; /dev, /run, /tmp and the mail
// spools are empty ones of its own, so that no daemon of the machine can be
// reached, nor any file be left behind.
//
// What this package never does: change anything that the machine has, look for
// the programs that it runs, or read a clock.
package netns
