"""Gives tokens as SMART Backend Services has it, and holds whoever asks to every rule of it (HL7 SMART App Launch 2.2).

It wants the extra ``server``.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from epicrisis.errors import InvalidSettings, MissingDependency

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

_ALGORITHMS = ("RS384", "ES384")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_SECONDS = 300


class _Forbidden(Exception):
    """The request breaks a rule; its message names the error of OAuth and, in brackets, the rule."""


class SmartServer:
    """Knows one client by the public keys in ``jwks``, and whom it gave a token to, for ``seconds``.

    ``refused`` are the rules that were broken so far.

    Raises:
        InvalidSettings: ``jwks`` is no set of keys.
        MissingDependency: joserfc is not installed.
    """

    def __init__(
        self,
        jwks: Mapping[str, Any],
        *,
        client: str = "epicrisis",
        seconds: int = 300,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = _keys(jwks)
        self._client = client
        self._seconds = seconds
        self._now = now
        self._used = set[str]()
        self._given: dict[str, float] = {}
        self.refused: list[str] = []

    @property
    def given(self) -> int:
        """Return how many tokens hold."""
        return len(self._given)

    def configuration(self, token_url: str) -> dict[str, Any]:
        """Return what clients have to know."""
        return {
            "token_endpoint": token_url,
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(_ALGORITHMS),
            "scopes_supported": ["system/*.rs"],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }

    def knows(self, authorization: str) -> bool:
        """Return whether a request with that header comes with a token that holds."""
        kind, _, token = authorization.partition(" ")
        return kind.lower() == "bearer" and self._given.get(token, 0.0) > self._now()

    def forget(self) -> None:
        """Take every token back."""
        self._given.clear()

    def grant(self, body: bytes, token_url: str) -> tuple[int, dict[str, Any]]:
        """Return the status and the answer to a form that was sent to ``token_url``."""
        try:
            form = {name: values[0] for name, values in parse_qs(body.decode("ascii"), strict_parsing=True).items()}
            self._check(form, token_url)
        except (_Forbidden, ValueError) as error:
            told = str(error) if isinstance(error, _Forbidden) else "invalid_request (form)"
            self.refused.append(told)
            return 400, {"error": told.partition(" ")[0], "error_description": told}
        token = secrets.token_urlsafe(24)
        self._given[token] = self._now() + self._seconds
        told_scope = form["scope"]
        return 200, {
            "access_token": token, "token_type": "bearer", "expires_in": self._seconds, "scope": told_scope,
        }  # fmt: skip

    def _check(self, form: Mapping[str, str], token_url: str) -> None:
        if form.get("grant_type") != "client_credentials":
            raise _Forbidden("unsupported_grant_type")
        if not form.get("scope", "").startswith("system/"):
            raise _Forbidden("invalid_scope")
        if form.get("client_assertion_type") != _ASSERTION:
            raise _Forbidden("invalid_request (client_assertion_type)")
        header, claims = self._verified(form.get("client_assertion", ""))
        if not header.get("kid"):
            raise _Forbidden("invalid_client (kid)")
        if header.get("typ") != "JWT":
            raise _Forbidden("invalid_client (typ)")
        if not claims.get("iss") == claims.get("sub") == self._client:
            raise _Forbidden("invalid_client (iss and sub)")
        if claims.get("aud") != token_url:
            raise _Forbidden("invalid_client (aud)")
        expires = claims.get("exp")
        if not isinstance(expires, int) or not self._now() < expires <= self._now() + _LONGEST_SECONDS:
            raise _Forbidden("invalid_client (exp)")
        once = claims.get("jti")
        if not isinstance(once, str) or not once or once in self._used:
            raise _Forbidden("invalid_client (jti)")
        self._used.add(once)

    def _verified(self, assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            found = jwt.decode(assertion, self._keys, algorithms=list(_ALGORITHMS))
        except (JoseError, ValueError) as error:
            raise _Forbidden(f"invalid_client ({type(error).__name__})") from None
        return found.header, found.claims


def _keys(jwks: Mapping[str, Any]) -> KeySet:
    try:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
    except ImportError as error:
        raise MissingDependency("SMART Backend Services takes joserfc; run: pip install 'epicrisis[server]'") from error
    try:
        return KeySet.import_key_set({"keys": list(jwks["keys"])})
    except (JoseError, LookupError, TypeError, ValueError) as error:
        raise InvalidSettings(f"This is no set of public keys ({type(error).__name__}).") from None
