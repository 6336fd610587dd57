"""What is asked of a route: good requests, and every way to break one, with the words of somebody wherever one fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from epicrisis.canary.bodies import JSON, PARTS, Known, bodies, header, spoken, written
from epicrisis.canary.files import FILES
from epicrisis.canary.identities import Person

VALID = "valid"
_LONG = 20_000
_DEEP = 50
_FILE = "file"


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path, and what the OpenAPI document says of it; nothing where the route is not in there."""

    method: str
    path: str
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return it as a row of the reference names it."""
        return f"{self.method} {self.path}"

    @property
    def takes_a_body(self) -> bool:
        """Whether text can be sent in a body, as far as anybody can tell."""
        return "requestBody" in self.told or self.method in ("POST", "PUT", "PATCH")

    @property
    def hears(self) -> bool:
        """Whether it is sent recordings, in which no word is written; it needs what listens to answer."""
        return any(kind.startswith("audio/") for kind in self.told.get("requestBody", {}).get("content", {}))


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``name`` says what is wrong with it, ``valid`` that nothing is."""

    operation: str
    name: str
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether it should be answered."""
        return self.name == VALID


def good_calls(operation: Operation, document: Mapping[str, Any], words: str, known: Known) -> Iterator[Call]:
    """Yield the calls that should be answered, with ``words`` in every text of theirs; none without an example."""
    plain = Call(
        operation.name, VALID, operation.method, _filled(operation.path, _known_step(operation, document, known))
    )
    sent = list(bodies(operation.name, operation.told, document, known))
    for kind, body in sent:
        yield replace(plain, body=written(spoken(body, words, known), kind), headers=header(kind))
    for kind, content in operation.told.get("requestBody", {}).get("content", {}).items():
        # A form has a file where its schema says so; what hears takes no text in one.
        form = kind == PARTS and (operation.hears or _FILE not in content.get("schema", {}).get("properties", {}))
        if kind in FILES and not form:
            yield replace(plain, body=FILES[kind](words), headers=header(kind))
    if not operation.takes_a_body:
        yield plain


def bad_calls(operation: Operation, document: Mapping[str, Any], person: Person, known: Known) -> Iterator[Call]:
    """Yield calls with something wrong, with the words of ``person`` wherever a client can put one."""
    plain = Call(operation.name, "", operation.method, _filled(operation.path, _known_step(operation, document, known)))
    sent = list(bodies(operation.name, operation.told, document, known))
    broken = dict[str, set[tuple[Any, ...]]]()
    for kind, body in sent:
        # A body with no field that was not broken before says nothing new.
        paths = set(_paths(body))
        if kind not in broken or not paths <= broken[kind]:
            broken.setdefault(kind, set()).update(paths)
            yield from _broken_bodies(plain, kind, spoken(body, person.text, known), person)
    kind, body = sent[0] if sent else ("", None)
    held = replace(plain, body=written(spoken(body, person.text, known), kind)) if kind else plain
    held = replace(held, headers=header(kind) if kind else {})
    yield from _words_elsewhere(held, operation, person)


def _words_elsewhere(call: Call, operation: Operation, person: Person) -> Iterator[Call]:
    text, words = person.text, quote(person.text)
    yield replace(call, name="words in the query", path=f"{call.path}?patient={words}&{words}=1")
    yield replace(call, name="words as a key in the query", path=f"{call.path}?api_key={words}")
    for each in _parameters(operation.told, "query"):
        yield replace(call, name=f"words as the query's {each}", path=f"{call.path}?{each}={words}")
    yield replace(call, name="words below the path", path=f"{call.path.rstrip('/')}/{words}")
    yield replace(call, name="words as a method", method=person.mrn)
    if "{" in operation.path:
        yield replace(call, name="words in the path", path=_filled(operation.path, words))
    yield replace(call, name="words in headers", headers={**call.headers, **_headers(person)})
    yield replace(call, name="a word as a key", headers={**call.headers, "Idempotency-Key": person.mrn})
    for name, value in {
        "a credential": f"Bearer {text}",
        "another credential": text,
        "a profile": text,
        "an origin": f"https://{words}.example",
    }.items():
        header = {"a profile": "X-Contract", "an origin": "Origin"}.get(name, "Authorization")
        yield replace(call, name=f"words as {name}", headers={**call.headers, header: value})


def _headers(person: Person) -> dict[str, str]:
    text = person.text
    return {
        "X-Request-Id": text,
        "User-Agent": text,
        "X-Patient": text,
        "Referer": f"https://{quote(person.name)}.example/{person.mrn}",
        "Cookie": f"patient={person.mrn}",
        "Accept": text,
        "Accept-Language": text,
        "Idempotency-Key": text,
        "X-Forwarded-For": f"10.0.0.1, {person.mrn}",
        "tracestate": f"patient={person.mrn}",
        "baggage": f"patient={quote(person.name)}",
        "traceparent": text,
    }


def _broken_bodies(call: Call, kind: str, body: Any, person: Person) -> Iterator[Call]:
    text, headers = person.text, header(kind)
    for place, broken in _broken(body, text):
        yield replace(call, name=f"words at {place}", body=written(broken, kind), headers=headers)
    whole = written(body, kind)
    yield replace(call, name="cut off", body=whole[: len(whole) // 2], headers=headers)
    yield replace(call, name="plain text", body=text.encode(), headers={"Content-Type": "text/plain"})
    yield replace(call, name="words as the kind", body=whole, headers={"Content-Type": f"application/{person.mrn}"})
    yield replace(call, name="no UTF-8", body=text.encode() + b"\xff\xfe", headers=headers)
    yield replace(call, name="nothing", headers=headers)
    if kind == JSON:
        for name, other in {
            "a text": text,
            "a list": [text],
            "deep": _deep(text),
            "surrogate": {"text": text + "\ud800"},
        }.items():
            yield replace(call, name=name, body=json.dumps(other).encode(), headers=headers)
        number = whole.replace(b"{", f'{{"{person.mrn}": NaN, '.encode(), 1)
        yield replace(call, name="no number", body=number, headers=headers)
        yield replace(call, name="twice", body=whole + whole, headers=headers)


def _broken(body: Any, text: str) -> Iterator[tuple[str, Any]]:
    """Yield ``body`` with one value in it replaced by words, a list or an object of them; and with a field too many."""
    for path in _paths(body):
        for kind, words in {"text": text, "list": [text], "object": {text: text}}.items():
            yield f"/{'/'.join(map(str, path))} as {kind}", _with(body, path, words)
    if isinstance(body, dict):
        yield "/ as a field", {**body, text: text}
        yield "/ without end", dict.fromkeys(body, text * _LONG)


def _paths(body: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = body.items() if isinstance(body, dict) else enumerate(body[:2]) if isinstance(body, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from _paths(below, (*above, step))


def _with(body: Any, path: Sequence[Any], value: Any) -> Any:
    changed = deepcopy(body)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def _deep(words: str) -> Any:
    held: Any = words
    for _ in range(_DEEP):
        held = [held]
    return held


def _parameters(told: Mapping[str, Any], where: str) -> list[str]:
    return [each["name"] for each in told.get("parameters", []) if each["in"] == where]


def _known_step(operation: Operation, document: Mapping[str, Any], known: Known) -> str:
    """Return what may stand in the path, where it has a place for something."""
    if operation.name in known.steps:
        return known.steps[operation.name]
    kinds = [each["schema"] for each in operation.told.get("parameters", []) if each["in"] == "path"]
    if not kinds:
        return "1"
    named = kinds[0].get("$ref", "").rpartition("/")[2]
    kind = document["components"]["schemas"][named] if named else kinds[0]
    return str(kind.get("enum", ["1"])[0])


def _filled(path: str, value: str) -> str:
    head, brace, rest = path.partition("{")
    return path if not brace else _filled(f"{head}{value}{rest.partition('}')[2]}", value)
