"""A patient who does not exist, sent through every documented route, wherever a client can put a word."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

NAME, SSN, MRN = "Quetzalina Canarypatient", "987-65-4329", "QZ77190342"
TEXT = f"{NAME}, SSN {SSN}, MRN {MRN}, denies chest pain."
WORDS = (*NAME.casefold().split(), SSN, SSN.replace("-", ""), MRN.casefold())
_ENCODED = base64.b64encode(TEXT.encode()).decode()[:24].casefold()

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_LAST = ("feedback",)


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
        return self.name == "valid"


def words_in(said: bytes | str) -> list[str]:
    """Return the words of the patient found in what was ``said``, in any of the ways it could be written down."""
    text = said if isinstance(said, str) else said.decode("utf-8", "replace") + said.decode("utf-16-le", "replace")
    told = text.casefold()
    return [word for word in (*WORDS, _ENCODED) if word in told]


def calls(
    openapi: Mapping[str, Any], *, request_id: str, also: Mapping[str, list[Any]] | None = None
) -> Iterator[Call]:
    """Yield the calls to every operation: good ones, and each of the ways to break them.

    ``request_id`` is that of an answer the server gave, for the routes that ask for one. ``also`` holds bodies by
    operation, beside the examples the document shows.
    """
    operations = [
        (method, path, told)
        for path, methods in openapi["paths"].items()
        for method, told in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    for method, path, told in sorted(operations, key=lambda each: any(word in each[1] for word in _LAST)):
        operation = f"{method.upper()} {path}"
        plain = Call(operation, "valid", method.upper(), _filled(path, _known_step(told)))
        bodies = list(_bodies(told, openapi, (also or {}).get(operation, []), request_id))
        for kind, body in bodies:
            yield replace(plain, body=_written(body, kind), headers={"Content-Type": kind})
            yield from _broken_bodies(plain, kind, body)
        if not bodies:
            yield plain
        kind, body = bodies[0] if bodies else ("", None)
        held = replace(plain, body=_written(body, kind), headers={"Content-Type": kind} if kind else {})
        yield from _words_elsewhere(held, path)


def _words_elsewhere(call: Call, path: str) -> Iterator[Call]:
    words = quote(TEXT)
    yield replace(call, name="words in the query", path=f"{call.path}?patient={words}&{words}=1")
    yield replace(call, name="words as a key in the query", path=f"{call.path}?api_key={words}")
    yield replace(call, name="words below the path", path=f"{call.path.rstrip('/')}/{words}")
    yield replace(call, name="words as a method", method=MRN)
    if "{" in path:
        yield replace(call, name="words in the path", path=_filled(path, words))
    yield replace(call, name="words in headers", headers={**call.headers, **_HEADERS})
    yield replace(call, name="words as a credential", headers={**call.headers, "Authorization": f"Bearer {TEXT}"})
    yield replace(call, name="words as another credential", headers={**call.headers, "Authorization": TEXT})
    yield replace(call, name="words as a profile", headers={**call.headers, "X-Contract": TEXT})
    yield replace(call, name="words as an origin", headers={**call.headers, "Origin": f"https://{words}.example"})


_HEADERS = {
    "X-Request-Id": TEXT,
    "User-Agent": TEXT,
    "X-Patient": TEXT,
    "Referer": f"https://{quote(NAME)}.example/{MRN}",
    "Cookie": f"patient={MRN}",
    "Accept": TEXT,
    "Accept-Language": TEXT,
    "Idempotency-Key": TEXT,
    "X-Forwarded-For": f"10.0.0.1, {MRN}",
    "tracestate": f"patient={MRN}",
    "baggage": f"patient={quote(NAME)}",
    "traceparent": TEXT,
}


def _bodies(
    operation: Mapping[str, Any], openapi: Mapping[str, Any], also: list[Any], request_id: str
) -> Iterator[tuple[str, Any]]:
    """Yield the example bodies of ``operation`` with the words of the patient in every text of theirs."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content.get("schema", {}), openapi)
        examples = [each["value"] for each in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        examples += [*schema.get("examples", []), *also]
        assert examples, f"{operation['operationId']} shows no example of its body"
        for example in examples:
            yield kind, _spoken(example, request_id)


def _broken_bodies(call: Call, kind: str, body: Any) -> Iterator[Call]:
    headers = {"Content-Type": kind}
    for place, broken in _broken(body):
        yield replace(call, name=f"words at {place}", body=_written(broken, kind), headers=headers)
    written = _written(body, kind)
    yield replace(call, name="cut off", body=written[: len(written) // 2], headers=headers)
    yield replace(call, name="plain text", body=TEXT.encode(), headers={"Content-Type": "text/plain"})
    yield replace(call, name="words as the kind", body=written, headers={"Content-Type": f"application/{MRN}"})
    yield replace(call, name="no UTF-8", body=TEXT.encode() + b"\xff\xfe", headers=headers)
    yield replace(call, name="nothing", headers=headers)
    if kind == JSON:
        for name, other in {
            "a text": TEXT,
            "a list": [TEXT],
            "deep": _deep(TEXT),
            "surrogate": {"text": TEXT + "\ud800"},
        }.items():
            yield replace(call, name=name, body=json.dumps(other).encode(), headers=headers)
        yield replace(
            call, name="no number", body=written.replace(b"{", f'{{"{MRN}": NaN, '.encode(), 1), headers=headers
        )
        yield replace(call, name="twice", body=written + written, headers=headers)


def _broken(body: Any) -> Iterator[tuple[str, Any]]:
    """Yield ``body`` with one value in it replaced by words, a list or an object of them; and with a field too many."""
    for path in _paths(body):
        for kind, words in {"text": TEXT, "list": [TEXT], "object": {TEXT: TEXT}}.items():
            yield f"/{'/'.join(map(str, path))} as {kind}", _with(body, path, words)
    if isinstance(body, dict):
        yield "/ as a field", {**body, TEXT: TEXT}
        yield "/ without end", dict.fromkeys(body, TEXT * 20_000)


def _paths(body: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = body.items() if isinstance(body, dict) else enumerate(body[:2]) if isinstance(body, list) else ()
    for step, below in steps:
        yield (*above, step)
        yield from _paths(below, (*above, step))


def _with(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(body)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def _spoken(example: Any, request_id: str, key: str = "") -> Any:
    """Return ``example`` with the patient in front of every text; a value without a space is a name or a number."""
    if isinstance(example, dict):
        return {name: _spoken(below, request_id, name) for name, below in example.items()}
    if isinstance(example, list):
        return [_spoken(below, request_id, key) for below in example]
    if key == "request_id":
        return request_id
    return f"{TEXT} {example}" if isinstance(example, str) and " " in example else example


def _written(body: Any, kind: str) -> bytes:
    if kind == FORM:
        return urlencode(
            {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
        ).encode()
    return b"" if not kind else json.dumps(body).encode()


def _deep(words: str) -> Any:
    held: Any = words
    for _ in range(50):
        held = [held]
    return held


def _known_step(operation: Mapping[str, Any]) -> str:
    """Return what may stand in the path of ``operation``, where it has a place for something."""
    said = [each["schema"].get("enum", ["1"])[0] for each in operation.get("parameters", []) if each["in"] == "path"]
    return str(said[0]) if said else "1"


def _filled(path: str, value: str) -> str:
    head, brace, rest = path.partition("{")
    return path if not brace else _filled(f"{head}{value}{rest.partition('}')[2]}", value)


def _resolved(schema: Mapping[str, Any], openapi: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return openapi["components"]["schemas"][name] if name else schema
