"""What a token request says (RFC 6749), and the words in which it is refused."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from epicrisis.services.access import Scope

FORM = "application/x-www-form-urlencoded"
MAX_FORM_BYTES = 32_768
MAX_FIELDS = 20

# SMART App Launch 2.2, backend services, asks for these two.
ASSERTION_ALGORITHMS = ("RS384", "ES384")


class Refusal(Exception):
    """Why there is no token, in the words of RFC 6749, section 5.2."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, for how long it holds, and what it allows."""

    token: str
    seconds: int
    scopes: frozenset[Scope]


def form_of(content_type: str, body: bytes) -> Mapping[str, str]:
    """Return the fields of a token request; raises ``Refusal`` where it is no form."""
    if content_type.partition(";")[0].strip().lower() != FORM or len(body) > MAX_FORM_BYTES:
        raise Refusal("invalid_request", f"Send a form, Content-Type: {FORM}, of {MAX_FORM_BYTES} bytes at most.")
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise Refusal("invalid_request", f"Send a form of {MAX_FIELDS} fields at most, in UTF-8.") from None
    # A field without a value counts as one that was not sent; one that was sent twice, as an error.
    said = [(name, value) for name, value in fields if value]
    form = dict(said)
    if len(form) != len(said):
        raise Refusal("invalid_request", "Send each field once.")
    return form


def credentials_of(form: Mapping[str, str], authorization: str | None) -> tuple[str, str]:
    """Return client id and secret, from the header ``Authorization: Basic`` or from the form; raises ``Refusal``."""
    if authorization is None:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
    elif "client_secret" in form:
        raise Refusal("invalid_request", "Say who asks in one way, not in two.")
    else:
        name, secret = _basic(authorization)
    if not name or not secret:
        raise Refusal("invalid_client", "Send the id of an API key as client_id, and the key as client_secret.")
    return name, secret


def scopes_asked(form: Mapping[str, str], held: frozenset[Scope]) -> frozenset[Scope]:
    """Return the scopes asked for, or all that are ``held`` where none is named; raises ``Refusal``."""
    named = form.get("scope", "").split()
    if not held.issuperset(named):
        raise Refusal("invalid_scope", f"This client may ask for: {' '.join(sorted(held)) or 'nothing'}.")
    return frozenset(Scope(each) for each in named) or held


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, secret = b64decode(encoded.strip(), validate=True).decode("ascii").partition(":")
    except ValueError:
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise Refusal("invalid_client", "The Authorization header of a token request is Basic, or is not there.")
    # Each was encoded as in a form before it was put together: RFC 6749, section 2.3.1.
    return unquote_plus(name), unquote_plus(secret)
