package fakemx

import "strconv"

// Recipients lists the local parts that are refused on any host; 550 stands for
// any code from 400 to 559.
func Recipients() []string { return []string{"temperror", "permerror", "timeout", "close", "550"} }

// magic gives what a recipient's local part does on any host: a code from 400
// to 559 is the reply to RCPT; temperror is 451, permerror 550; with timeout the
// host falls silent, and with close it closes the connection.
func magic(local string) (answer, bool) {
	switch local {
	case "temperror":
		return answer{code: 451}, true
	case "permerror":
		return answer{code: 550}, true
	case "timeout":
		return answer{how: string(Silence)}, true
	case "close":
		return answer{how: string(Close)}, true
	}
	if len(local) == 3 && isCode(local) && (local[0] == '4' || local[0] == '5') && local[1] <= '5' {
		code, _ := strconv.Atoi(local)
		return answer{code: code}, true
	}
	return answer{}, false
}
