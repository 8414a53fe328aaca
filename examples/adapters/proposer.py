#!/usr/bin/env python3
"""A proposer of Paxos that Quorate can put under its model: `quorate verify TABLE --adapter 'python3 proposer.py'`.

The client itself is the class; what is around it reads messages from stdin and prints its own on stdout. Quorate plays
the servers. Which quorums count comes with "propose"; a client of one's own may know them otherwise.
"""
import json
import sys


class Proposer:
    def __init__(self, task):
        self.register, self.value = task["register"], task["value"]  # the register set is its ballot
        self.prepare, self.decide = task["prepare"], task["decide"]
        self.promised, self.taken = {}, set()  # by server, the values that it told; who has taken the write
        self.chosen = self.output = None
        self.outbox = [{"type": "prepare", "register": self.register}]  # for every server

    def hear(self, server, answer):
        if answer["type"] == "prepare_ok" and self.chosen is None:
            self.promised[server] = answer["values"]
            if has_quorum(self.prepare, self.promised):
                told = [pair for values in self.promised.values() for pair in values]
                self.chosen = max(told)[1] if told else self.value
                self.outbox.append({"type": "write", "register": self.register, "value": self.chosen})
        elif answer["type"] == "write_ok":
            self.taken.add(server)
            if has_quorum(self.decide, self.taken):
                self.output = self.chosen


def has_quorum(quorums, servers):
    return any(all(server in servers for server in quorum) for quorum in quorums)


servers, asked, client, proposal, sent = [], set(), None, None, 0
for line in sys.stdin:
    batch, said = json.loads(line), []
    for message in batch if isinstance(batch, list) else [batch]:
        node, source, body = message["dest"], message["src"], message["body"]
        if body["type"] == "propose":
            client, asked, proposal = Proposer(body), set(), body["msg_id"]
        elif body.get("in_reply_to") in asked:
            client.hear(source, body)
        elif "msg_id" in body:  # init, reset and idle; an answer to an attempt that is over has none
            servers = body.get("quorate", {}).get("servers", servers)
            about = {"version": 1, "role": "proposer", "can": ["reset", "retry"]}
            answer = {"type": body["type"] + "_ok", "in_reply_to": body["msg_id"], "quorate": about}
            said.append({"src": node, "dest": source, "body": answer})
        while client and client.outbox:
            request = client.outbox.pop()
            for server in servers:
                sent += 1
                asked.add(sent)
                said.append({"src": node, "dest": server, "body": {**request, "msg_id": sent}})
        if client and client.output and proposal:
            answer = {"type": "propose_ok", "value": client.output, "in_reply_to": proposal}
            said.append({"src": node, "dest": "quorate", "body": answer})
            proposal = None
    print(json.dumps(said), flush=True)
