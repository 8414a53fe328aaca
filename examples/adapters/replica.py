#!/usr/bin/env python3
"""A replica that Quorate can put under chosen schedules: `quorate verify TABLE --adapter 'python3 replica.py'`.

The class is single-decree Paxos with majorities: each replica is acceptor and proposer. What is around it reads messages
from stdin and prints its own on stdout. Quorate is the network, the clients and the clock.
"""
import json
import sys


class Replica:
    def __init__(self, name, names, disk):
        self.name, self.names, self.disk = name, names, disk  # the disk is all that a crash leaves
        self.promised, self.accepted = disk.get("promised", -1), disk.get("accepted")
        self.ballot, self.value, self.clients, self.due_ms = None, None, [], None
        self.promises, self.takers, self.outbox = {}, set(), []

    def propose(self, client, value):
        self.clients.append(client)
        self.value = value
        self.begin()

    def begin(self):
        count, index = len(self.names), self.names.index(self.name)
        self.ballot = (self.promised // count + 1) * count + index  # promised before anybody hears of it
        self.promises, self.takers = {}, set()
        self.due_ms = 100 * (1 + index)
        self.tell_all({"type": "prepare", "ballot": self.ballot})

    def on_promise(self, source, body):
        self.promises[source] = body["accepted"]
        if len(self.promises) == self.majority():
            told = [accepted for accepted in self.promises.values() if accepted]
            if told:
                self.value = max(told)[1]
            self.tell_all({"type": "accept", "ballot": self.ballot, "value": self.value})

    def on_accepted(self, source, body):
        self.takers.add(source)
        if len(self.takers) == self.majority():
            self.outbox += [(client, {"type": "propose_ok", "value": self.value, "in_reply_to": request})
                            for client, request in self.clients]
            self.clients, self.due_ms = [], None

    def advance(self, ms):
        self.due_ms = None if self.due_ms is None else self.due_ms - ms
        if self.due_ms is not None and self.due_ms <= 0:
            self.begin()

    def on_prepare(self, source, body):
        if body["ballot"] > self.promised:
            self.promised = self.disk["promised"] = body["ballot"]
            self.tell(source, {"type": "promise", "ballot": self.promised, "accepted": self.accepted})

    def on_accept(self, source, body):
        if body["ballot"] >= self.promised:
            self.promised = self.disk["promised"] = body["ballot"]
            self.accepted = self.disk["accepted"] = [body["ballot"], body["value"]]
            self.tell(source, {"type": "accepted", "ballot": self.promised})

    def hear(self, source, body):
        kind = body["type"]
        if kind in ("prepare", "accept") or body["ballot"] == self.ballot:  # else of an attempt that is over
            getattr(self, "on_" + kind)(source, body)

    def tell_all(self, body):
        for name in [self.name] + [name for name in self.names if name != self.name]:
            self.tell(name, body)

    def tell(self, name, body):
        if name == self.name:
            self.hear(name, body)
        else:
            self.outbox.append((name, body))

    def majority(self):
        return len(self.names) // 2 + 1


replica, about = None, {"version": 1, "role": "replica", "can": ["reset", "crash"]}
for line in sys.stdin:
    batch, said = json.loads(line), []
    for message in batch if isinstance(batch, list) else [batch]:
        source, body = message["src"], message["body"]
        kind, answer = body["type"], {"type": body["type"] + "_ok", "in_reply_to": body.get("msg_id")}
        if kind == "init":
            replica = Replica(body["node_id"], body["node_ids"], {})
        elif kind in ("reset", "crash"):
            replica = Replica(replica.name, replica.names, replica.disk if kind == "crash" else {})
        elif kind == "advance":
            replica.advance(body["ms"])
        elif kind == "propose":
            replica.propose((source, body["msg_id"]), body["value"])
        elif kind != "idle":
            replica.hear(source, body)
        if source == "quorate":
            replica.outbox.append((source, {**answer, "quorate": about, "next_ms": replica.due_ms}))
        said += [{"src": replica.name, "dest": dest, "body": body} for dest, body in replica.outbox]
        replica.outbox = []
    print(json.dumps(said), flush=True)
