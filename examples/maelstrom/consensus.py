#!/usr/bin/env python3
"""Clients that reach consensus over three stores (workload consensus): the stores are services of kind lin-kv.

A key is a write-once register: it is put if it is absent, and never again. Client i of n owns the registers i, i + n, i + 2n, …
of every store. Howard, Mortier: A Generalised Solution to Distributed Consensus (2019).
"""
import json, os, select, sys

STORES = ["lin-kv-1", "lin-kv-2", "lin-kv-3"]
MAJORITY = 2
NIL = "nil"
PATIENCE_S = 1.0


class Client:
    def __init__(self, name, names):
        self.register, self.clients = names.index(name), len(names)  # the next one of its own, to be used once

    def propose(self, value):
        """The decided value, after as many registers as it takes; None if the stores do not answer."""
        for _ in range(20):
            register, self.register = self.register, self.register + self.clients
            found = self.freeze_below(register)
            if found is None:
                return None
            chosen = found if found != NIL else value
            holds = put_everywhere(register, chosen)
            if sum(held == chosen for held in holds) >= MAJORITY:
                return chosen
        return None

    def freeze_below(self, register):
        """What may be decided below the register: the value in the greatest register that holds one, or NIL."""
        greatest = NIL
        for lower in range(register):
            holds = put_everywhere(lower, NIL)
            if len(holds) < MAJORITY:
                return None
            greatest = next((held for held in holds if held != NIL), greatest)
        return greatest


def put_everywhere(register, content):
    """Puts the content where nothing is yet; what the register holds then, of each store that answers in time."""
    asked = {send(store, type="cas", key=register, **{"from": "", "to": content}, create_if_not_exists=True): store
             for store in STORES}
    holds = []
    while len(holds) < len(STORES):
        answer = next_answer(asked)
        if answer is None:
            return holds
        store, body = answer
        if body["type"] == "cas_ok":
            holds.append(content)
        elif body["type"] == "read_ok":
            holds.append(body["value"])
        else:
            asked[send(store, type="read", key=register)] = store
    return holds


# ---- messages ----

name, client, unread, waiting, sent = "", None, b"", [], 0


def send(dest, **body):
    global sent
    sent += 1
    print(json.dumps({"src": name, "dest": dest, "body": {**body, "msg_id": sent}}), flush=True)
    return sent


def receive(timeout=None):
    """The next message, or None if it does not come in time."""
    global unread
    while b"\n" not in unread:
        if not select.select([0], [], [], timeout)[0]:
            return None
        read = os.read(0, 65536)
        if read == b"":
            sys.exit()
        unread += read
    line, unread = unread.split(b"\n", 1)
    return json.loads(line)


def next_answer(asked):
    while (message := receive(PATIENCE_S)) is not None:
        body = message["body"]
        if body.get("in_reply_to") in asked:
            return asked[body["in_reply_to"]], body
        if body["type"] == "propose":
            waiting.append(message)
    return None


while True:
    message = waiting.pop(0) if waiting else receive()
    src, body = message["src"], message["body"]
    if body["type"] == "init":
        name = body["node_id"]
        client = Client(name, body["node_ids"])
        send(src, type="init_ok", in_reply_to=body["msg_id"])
    elif body["type"] == "propose":
        decided = client.propose(body["value"])
        if decided is None:
            send(src, type="error", in_reply_to=body["msg_id"], code=0, text="the stores do not answer")
        else:
            send(src, type="propose_ok", in_reply_to=body["msg_id"], value=decided)
