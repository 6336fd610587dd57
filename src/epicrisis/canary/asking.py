"""Asks a server everything it can be asked, and keeps what it may not repeat."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

from epicrisis.canary.bodies import JSON, Known
from epicrisis.canary.calls import Call, Operation, bad_calls, good_calls
from epicrisis.canary.engine import FAILS, HANGS
from epicrisis.canary.identities import People
from epicrisis.canary.server import Answer, OwnServer
from epicrisis.errors import InvalidInput

ANSWERED, REFUSED, CRASHED, KILLED = "answered", "refused", "crashed", "killed"
PHASES = (ANSWERED, REFUSED, CRASHED, KILLED)
# Whose words are sealed, to be opened again.
SEALED_FOR = ("POST /v1/redactions", ANSWERED)
# What is asked of a kept case; one that is removed is not there for the others.
CASES = ("GET /v1/cases/{id}", "PUT /v1/cases/{id}/outcome", "DELETE /v1/cases/{id}")
# Whose record the EHR has.
EHR = ("GET the EHR", ANSWERED)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Asked last: what it is asked about are answers to the others.
_LAST = ("feedback",)
# How long requests are given to arrive where they are then caught by the end of the server.
_UNDER_WAY_SECONDS = 1.0
_CONVERTER = re.compile(r":\w+}")


@dataclass(frozen=True, slots=True)
class Routes:
    """Every operation of a server, and its OpenAPI document."""

    document: Mapping[str, Any]
    operations: Sequence[Operation]

    @classmethod
    def of(cls, document: Mapping[str, Any], table: Iterable[tuple[str, Iterable[str]]]) -> Routes:
        """Return the operations of ``document``, and those of the route ``table`` that stand in no document."""
        found = {
            (method.upper(), path): Operation(method.upper(), path, told)
            for path, methods in document["paths"].items()
            for method, told in methods.items()
            if method.upper() in METHODS
        }
        for path, methods in table:
            # What is mounted takes any method, and answers these alone.
            for method in set(methods) & set(METHODS) if methods else ("GET",):
                known = (method, _CONVERTER.sub("}", path))
                found.setdefault(known, Operation(*known))
        return cls(document, sorted(found.values(), key=_turn))

    def only(self, paths: Sequence[str]) -> Routes:
        """Return the operations of these ``paths`` alone; all of them where there are none.

        Raises:
            InvalidInput: there is no route of such a path.
        """
        unknown = sorted(set(paths) - {each.path for each in self.operations})
        if unknown:
            raise InvalidInput(f"There is no route {unknown[0]!r}; docs/reference/routes.md lists them.")
        return Routes(self.document, [each for each in self.operations if not paths or each.path in paths])


@dataclass(slots=True)
class Asked:
    """What became of the requests to one operation."""

    statuses: Counter[int] = field(default_factory=Counter)
    good: Counter[int] = field(default_factory=Counter)
    crashes: int = 0


class Asking:
    """Sends the people of a run through every operation of a server."""

    def __init__(self, server: OwnServer, routes: Routes, people: People) -> None:
        self.server = server
        self.routes = routes
        self.people = people
        self.known = Known()
        self.asked = {operation.name: Asked() for operation in routes.operations}
        # What may hold no word: all of a refusal, every header, and what a batch says of its bad items.
        self.said: dict[str, list[bytes]] = defaultdict(list)

    def learn(self, client_id: str, policies: Sequence[str], *, sealing: str) -> None:
        """Find out what a client knows who has asked before; ``sealing`` is a policy that seals what it hides."""
        told = _json("POST", "/predict", {"sentence": "Denies fever."})
        person = self.people.person(*SEALED_FOR)
        text = {"text": f"{person.text} Seen today.", "policy": sealing}
        sealed = self.server.ask(_json("POST", "/v1/redactions", text))
        # Told as every reader understands it: what is read of a kept case may hold no word of theirs.
        case = f"Patient Name: {person.name}\nMRN: {person.mrn}\nDenies fever."
        kept = {name: self._kept_case(case) for name in CASES if name in self.asked}
        self.known = Known(
            request_id=self.server.ask(told).headers.get("x-request-id", ""),
            client_id=client_id,
            client_secret=self.server.credential,
            sealed=sealed.json().get("text", "") if sealed.status == 200 else "",
            policies=tuple(policies),
            steps={name: case for name, case in kept.items() if case},
        )

    def _kept_case(self, text: str) -> str:
        answer = self.server.ask(_json("POST", "/v1/cases", {"text": text}))
        return str(answer.json()["id"]) if answer.status == 201 else ""

    def everything(self) -> None:
        """Ask every operation well and badly, and so that the engines fail."""
        for operation in self.routes.operations:
            for call in self._good(operation, ANSWERED):
                self._ask(operation, call)
                # A client that heard nothing asks again, under the same key.
                for _ in range(2):
                    self._ask(operation, _with_a_key(call))
            for call in bad_calls(
                operation, self.routes.document, self.people.person(operation.name, REFUSED), self.known
            ):
                self._ask(operation, call)
            for call in self._good(operation, CRASHED, FAILS):
                answer = self._ask(operation, replace(call, name=CRASHED))
                self.asked[operation.name].crashes += answer.status >= 500

    def under_way(self) -> list[Thread]:
        """Begin a request to every operation that takes words: one that is being read, and one half sent."""
        threads = []
        for operation in self.routes.operations:
            for call in list(self._good(operation, KILLED, HANGS))[:1] if operation.takes_a_body else ():
                for begin in (self.server.ask, self.server.half_send):
                    thread = Thread(target=begin, args=(call,), daemon=True)
                    thread.start()
                    threads.append(thread)
        time.sleep(_UNDER_WAY_SECONDS)
        return threads

    def metrics(self) -> bytes:
        """Return what is counted."""
        return self.server.ask(Call("", "", "GET", "/metrics")).body

    def uncovered(self) -> list[str]:
        """Return the operations that take words and were sent none that they answered, each with what is missing."""
        return [
            f"{operation.name}: {_missing(self.asked[operation.name])}"
            for operation in self.routes.operations
            if not _is_covered(operation, self.asked[operation.name])
        ]

    def _good(self, operation: Operation, phase: str, ending: str = "") -> Iterator[Call]:
        words = f"{self.people.person(operation.name, phase).text} {ending}".strip()
        return good_calls(operation, self.routes.document, words, self.known)

    def _ask(self, operation: Operation, call: Call) -> Answer:
        answer, asked = self.server.ask(call), self.asked[operation.name]
        asked.statuses[answer.status] += 1
        if call.valid:
            asked.good[answer.status] += 1
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.said[operation.name] += [headers.encode(), what_may_hold_none(call, answer)]
        return answer


def _with_a_key(call: Call) -> Call:
    key = hashlib.sha256(call.operation.encode() + call.body).hexdigest()[:32]
    return replace(call, headers={**call.headers, "Idempotency-Key": key})


def _turn(operation: Operation) -> tuple[bool, str, str]:
    return any(word in operation.path for word in _LAST), operation.path, operation.method


def _is_covered(operation: Operation, asked: Asked) -> bool:
    if not operation.takes_a_body:
        return any(asked.statuses)
    if operation.hears:
        # Of silence there is nothing to tell, and where nothing listens it says so.
        return any(asked.good)
    return any(200 <= status < 300 for status in asked.good)


def _missing(asked: Asked) -> str:
    if not asked.good:
        return "no good request is known; show an example of its body in the OpenAPI document"
    return f"good requests were answered {', '.join(map(str, sorted(asked.good)))}, and none 200"


def _json(method: str, path: str, body: Any) -> Call:
    return Call("", "", method, path, json.dumps(body).encode(), {"Content-Type": JSON})


def what_may_hold_none(call: Call, answer: Answer) -> bytes:
    """Return the part of an answer that repeats nothing: all of a refusal, and what a batch says of its bad items."""
    if answer.status >= 400 or call.method == "GET":
        return answer.body
    with suppress(ValueError):
        return json.dumps([*_refusals(answer.json())], ensure_ascii=False).encode()
    return b""


def _refusals(body: Any) -> Iterator[Any]:
    if isinstance(body, dict):
        yield from (body[name] for name in ("problem", "error") if name in body)
    for below in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _refusals(below)
