// An acceptor of Paxos that Quorate can put under its model:
//
//	go build -o acceptor acceptor.go && quorate verify TABLE --adapter ./acceptor
//
// The acceptor itself is the type; main reads messages from stdin and answers on stdout. One process is one node. Its disk
// is a log, which is found again by whoever is started where another was killed.
//
// Seeded fault: without the line that appends to the log in prepare, promises are forgotten.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
)

type fields map[string]any

type body struct {
	Type     string `json:"type"`
	MsgID    int64  `json:"msg_id"`
	Register int64  `json:"register"`
	Value    string `json:"value"`
	Quorate  struct {
		Data string `json:"data"`
	} `json:"quorate"`
}

type message struct {
	Src  string `json:"src"`
	Dest string `json:"dest"`
	Body body   `json:"body"`
}

// A line of the log: a promise, or a value that was accepted.
type record struct {
	Register int64
	Value    *string
}

type acceptor struct {
	log      *os.File
	promised int64 // no register set below it takes a write any more
	accepted map[int64]string
}

func start(directory string) *acceptor {
	log, err := os.OpenFile(filepath.Join(directory, "log"), os.O_RDWR|os.O_CREATE, 0o600)
	check(err)
	a := &acceptor{log: log, accepted: map[int64]string{}}
	whole := int64(0)
	for lines := bufio.NewReader(log); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break // at the end, or at a record that was cut off and never answered
		}
		var r record
		check(json.Unmarshal(line, &r))
		a.apply(r)
		whole += int64(len(line))
	}
	a.truncate(whole)
	return a
}

func (a *acceptor) truncate(length int64) {
	check(a.log.Truncate(length))
	_, err := a.log.Seek(length, 0)
	check(err)
}

func (a *acceptor) append(r record) {
	line, err := json.Marshal(r)
	check(err)
	_, err = a.log.Write(append(line, '\n'))
	check(err)
	check(a.log.Sync())
}

func (a *acceptor) apply(r record) {
	if r.Value != nil {
		a.accepted[r.Register] = *r.Value
	} else if r.Register > a.promised {
		a.promised = r.Register
	}
}

func (a *acceptor) prepare(register int64) fields {
	if register > a.promised {
		a.append(record{Register: register})
		a.promised = register
	}
	return fields{"type": "prepare_ok", "values": a.below(register)}
}

func (a *acceptor) write(register int64, value string) fields {
	held, isTaken := a.accepted[register]
	if !isTaken && register >= a.promised {
		a.append(record{register, &value})
		a.accepted[register] = value
	} else if !isTaken {
		return fields{"type": "refused", "holds": nil}
	} else if held != value {
		return fields{"type": "refused", "holds": held}
	}
	return fields{"type": "write_ok"}
}

func (a *acceptor) reset() fields {
	a.truncate(0)
	a.promised, a.accepted = 0, map[int64]string{}
	return fields{"type": "reset_ok"}
}

func (a *acceptor) observe() fields {
	return fields{"type": "observe_ok", "frozen_below": a.promised, "values": a.below(1 << 53)}
}

// Pairs of register and value, ascending.
func (a *acceptor) below(register int64) [][2]any {
	pairs := [][2]any{}
	for set, value := range a.accepted {
		if set < register {
			pairs = append(pairs, [2]any{set, value})
		}
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i][0].(int64) < pairs[j][0].(int64) })
	return pairs
}

var node *acceptor

func answer(b body) fields {
	switch b.Type {
	case "init":
		node = start(b.Quorate.Data)
		can := []string{"reset", "observe"}
		return fields{"type": "init_ok", "quorate": fields{"version": 1, "role": "acceptor", "can": can}}
	case "reset":
		return node.reset()
	case "prepare":
		return node.prepare(b.Register)
	case "write":
		return node.write(b.Register, b.Value)
	case "observe":
		return node.observe()
	}
	return fields{"type": "error", "text": "unknown: " + b.Type}
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for lines := bufio.NewReader(os.Stdin); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var batch []message
		if line[0] != '[' {
			line = append(append([]byte("["), line...), ']')
		}
		check(json.Unmarshal(line, &batch))
		answers := []fields{}
		for _, m := range batch {
			b := answer(m.Body)
			b["in_reply_to"] = m.Body.MsgID
			answers = append(answers, fields{"src": m.Dest, "dest": m.Src, "body": b})
		}
		check(out.Encode(answers))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
