#!/usr/bin/env python3
"""An acceptor of Paxos that Quorate can put under its model: `quorate verify TABLE --adapter 'python3 acceptor.py'`.

The acceptor itself is the class; what is around it reads messages from stdin and answers on stdout. One process is all
nodes. Its disk is a dictionary: what is in it survives a crash, and everything else does not.
"""
import json
import sys


class Acceptor:
    def __init__(self, disk):
        self.disk = disk
        self.promised = disk.get("promised", 0)  # no register set below it takes a write any more
        self.accepted = dict(disk.get("accepted", {}))  # by register set

    def prepare(self, register):
        self.promised = max(self.promised, register)
        self.disk["promised"] = self.promised
        return {"type": "prepare_ok", "values": [pair for pair in self.values() if pair[0] < register]}

    def write(self, register, value):
        if register not in self.accepted and register >= self.promised:
            self.accepted[register] = value
            self.disk["accepted"] = dict(self.accepted)
            events.append({"type": "event", "event": "write", "registerSet": register, "value": value})
        if self.accepted.get(register) == value:
            return {"type": "write_ok"}
        return {"type": "refused", "holds": self.accepted.get(register)}

    def observe(self):
        return {"type": "observe_ok", "frozen_below": self.promised, "values": self.values()}

    def values(self):
        return sorted([register, value] for register, value in self.accepted.items())


disks, nodes, events = {}, {}, []


def answer(node, body):
    kind = body["type"]
    if kind in ("init", "reset"):
        disks[node] = {}
    if kind in ("init", "reset", "crash"):
        nodes[node] = Acceptor(disks[node])
        can = {"version": 1, "role": "acceptor", "hosts": "all", "can": ["reset", "crash", "observe"]}
        return {"type": kind + "_ok", **({"quorate": can} if kind == "init" else {})}
    arguments = [body[name] for name in ("register", "value") if name in body]
    return getattr(nodes[node], kind)(*arguments)


for line in sys.stdin:
    batch = json.loads(line)
    answers = []
    for message in batch if isinstance(batch, list) else [batch]:
        body = {**answer(message["dest"], message["body"]), "in_reply_to": message["body"]["msg_id"]}
        answers += [{"src": message["dest"], "dest": message["src"], "body": said} for said in (*events, body)]
        events.clear()
    print(json.dumps(answers), flush=True)
