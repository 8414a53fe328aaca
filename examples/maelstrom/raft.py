#!/usr/bin/env python3
"""A key-value store on Raft, as a node of Maelstrom (workload lin-kv). It keeps all in memory, and so must not be killed.

Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (2014), figure 2.
"""
import json, os, random, select, sys, time

ELECTION_S, HEARTBEAT_S = 1.0, 0.3


class Raft:
    def __init__(self, name, names):
        self.name, self.others = name, [other for other in names if other != name]
        self.majority = len(names) // 2 + 1
        self.term, self.voted_for, self.votes, self.role = 0, None, set(), "follower"
        self.log = [{"term": 0}]  # so that there always is one before
        self.commit = self.applied = 0
        self.store = {}
        self.wait_for_leader()

    # ---- time ----

    def wait_for_leader(self):
        self.due = time.monotonic() + ELECTION_S * (1 + random.random())

    def on_time(self):
        if self.role == "leader":
            self.replicate()
        else:
            self.stand_for_election()

    # ---- elections ----

    def enter(self, term):
        self.term, self.voted_for, self.role = term, None, "follower"

    def stand_for_election(self):
        self.enter(self.term + 1)
        self.role, self.voted_for, self.votes = "candidate", self.name, {self.name}
        self.wait_for_leader()
        last = len(self.log) - 1
        for other in self.others:
            send(other, type="request_vote", term=self.term, last_index=last, last_term=self.log[last]["term"])

    def on_request_vote(self, src, body):
        last = len(self.log) - 1
        up_to_date = (body["last_term"], body["last_index"]) >= (self.log[last]["term"], last)
        granted = body["term"] == self.term and self.voted_for in (None, src) and up_to_date
        if granted:
            self.voted_for = src
            self.wait_for_leader()
        send(src, type="vote", term=self.term, granted=granted)

    def on_vote(self, src, body):
        if self.role != "candidate" or body["term"] != self.term or not body["granted"]:
            return
        self.votes.add(src)
        if len(self.votes) >= self.majority:
            self.role = "leader"
            self.next = {other: len(self.log) for other in self.others}
            self.match = {other: 0 for other in self.others}
            self.replicate()

    # ---- the log ----

    def replicate(self):
        self.due = time.monotonic() + HEARTBEAT_S
        for other in self.others:
            self.send_entries(other)

    def send_entries(self, other):
        prev = self.next[other] - 1
        send(other, type="append_entries", term=self.term, prev=prev, prev_term=self.log[prev]["term"],
             entries=self.log[prev + 1:], commit=self.commit)

    def on_append_entries(self, src, body):
        if body["term"] < self.term:
            return send(src, type="appended", term=self.term, match=None)
        self.role = "follower"
        self.wait_for_leader()
        prev, entries = body["prev"], body["entries"]
        if prev >= len(self.log) or self.log[prev]["term"] != body["prev_term"]:
            return send(src, type="appended", term=self.term, match=None)
        for index, entry in enumerate(entries, prev + 1):
            if index < len(self.log) and self.log[index]["term"] != entry["term"]:
                del self.log[index:]
            if index == len(self.log):
                self.log.append(entry)
        match = prev + len(entries)
        self.apply_up_to(min(body["commit"], match))
        send(src, type="appended", term=self.term, match=match)

    def on_appended(self, src, body):
        if self.role != "leader" or body["term"] != self.term:
            return
        if body["match"] is None:
            self.next[src] = max(1, self.next[src] - 1)
            return self.send_entries(src)
        self.match[src] = max(self.match[src], body["match"])
        self.next[src] = self.match[src] + 1
        matches = sorted([len(self.log) - 1, *self.match.values()], reverse=True)
        agreed = matches[self.majority - 1]
        if self.log[agreed]["term"] == self.term:
            self.apply_up_to(agreed)

    def apply_up_to(self, index):
        self.commit = max(self.commit, index)
        while self.applied < self.commit:
            self.applied += 1
            entry = self.log[self.applied]
            answer = self.apply(entry["request"])
            if self.role == "leader":
                send(entry["client"], in_reply_to=entry["request"]["msg_id"], **answer)

    def apply(self, request):
        key, kind = str(request["key"]), request["type"]
        if kind == "write":
            self.store[key] = request["value"]
            return {"type": "write_ok"}
        if key not in self.store:
            return {"type": "error", "code": 20, "text": "no such key"}
        if kind == "read":
            return {"type": "read_ok", "value": self.store[key]}
        if self.store[key] != request["from"]:
            return {"type": "error", "code": 22, "text": f"it holds {self.store[key]}"}
        self.store[key] = request["to"]
        return {"type": "cas_ok"}

    # ---- messages ----

    def on_request(self, src, body):
        if self.role != "leader":
            return send(src, type="error", in_reply_to=body["msg_id"], code=11, text="not the leader")
        self.log.append({"term": self.term, "client": src, "request": body})
        self.replicate()

    def on_message(self, src, body):
        if body.get("term", 0) > self.term:
            self.enter(body["term"])
        {"request_vote": self.on_request_vote, "vote": self.on_vote, "append_entries": self.on_append_entries,
         "appended": self.on_appended}.get(body["type"], self.on_request)(src, body)


def send(dest, **body):
    print(json.dumps({"src": name, "dest": dest, "body": body}), flush=True)


name, node, unread = "", None, b""
while True:
    timeout = None if node is None else max(0, node.due - time.monotonic())
    if not select.select([0], [], [], timeout)[0]:
        node.on_time()
        continue
    read = os.read(0, 65536)
    if read == b"":
        sys.exit()
    *lines, unread = (unread + read).split(b"\n")
    for message in map(json.loads, lines):
        body = message["body"]
        if body["type"] == "init":
            name = body["node_id"]
            node = Raft(name, body["node_ids"])
            send(message["src"], type="init_ok", in_reply_to=body["msg_id"])
        else:
            node.on_message(message["src"], body)
