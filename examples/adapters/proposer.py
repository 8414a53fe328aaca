#!/usr/bin/env python3
"""A proposer of Paxos that Quorate can put under its model: `quorate verify TABLE --adapter 'python3 proposer.py'`.

The client itself is the class; what is around it reads messages from stdin and prints its own on stdout. Quorate plays the
servers. Which quorums count comes with "propose"; a client of one's own will know them otherwise.
"""
import json
import sys


class Proposer:
    def __init__(self, task, ask):
        self.register, self.value = task["register"], task["value"]  # the register set is its ballot
        self.prepare, self.decide = task["prepare"], task["decide"]
        self.ask = ask
        self.promised, self.taken = {}, set()  # by server: the values that it told; who has taken the write
        self.chosen = self.output = None
        ask({"type": "prepare", "register": self.register})
        self.go_on()

    def hear(self, server, answer):
        if answer["type"] == "prepare_ok":
            self.promised[server] = answer["values"]
        elif answer["type"] == "write_ok":
            self.taken.add(server)
        self.go_on()

    def go_on(self):
        if self.chosen is None and self.has(self.prepare, self.promised):
            told = [pair for values in self.promised.values() for pair in values]
            self.chosen = max(told)[1] if told else self.value
            self.ask({"type": "write", "register": self.register, "value": self.chosen})
        if self.output is None and self.has(self.decide, self.taken):
            self.output = self.chosen

    def has(self, quorums, servers):
        return any(all(server in servers for server in quorum) for quorum in quorums)


servers, asked, client, proposal, sent = [], {}, None, None, 0
for line in sys.stdin:
    batch, said = json.loads(line), []

    def say(dest, body):
        said.append({"src": node, "dest": dest, "body": body})

    def ask(body):
        global sent
        for server in servers:
            sent += 1
            asked[sent] = server
            say(server, {**body, "msg_id": sent})

    for message in batch if isinstance(batch, list) else [batch]:
        node, body = message["dest"], message["body"]
        kind = body["type"]
        if kind == "propose":
            asked, proposal = {}, body["msg_id"]
            client = Proposer(body, ask)
        elif body.get("in_reply_to") in asked:
            client.hear(message["src"], body)
        elif "msg_id" in body:  # init, reset, idle
            about = {"version": 1, "role": "proposer", "can": ["reset", "retry"]}
            servers = body["quorate"]["servers"] if kind == "init" else servers
            say(message["src"], {"type": kind + "_ok", "in_reply_to": body["msg_id"], "quorate": about})
        if proposal is not None and client.output is not None:
            say("quorate", {"type": "propose_ok", "value": client.output, "in_reply_to": proposal})
            proposal = None
    print(json.dumps(said), flush=True)
