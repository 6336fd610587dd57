"""Who a token is taken for, for how long, and from which file its keys come."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import Key

from epicrisis.api.security.signatures import Forged, secret_key
from epicrisis.api.security.tokens import REMEMBERED_SECONDS, Tokens, identity_providers, own_tokens
from epicrisis.api.security.watched import Watched
from epicrisis.errors import InvalidSettings, StorageError, Unauthenticated
from epicrisis.services.access import Principal, Scope
from epicrisis.settings import Issuer
from tests import signing
from tests.keyring import done
from tests.logged import logged
from tests.signing import ISSUER, ec_key, rsa_key, token


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def tokens(folder: Path, *keys: Key, clock: Clock | None = None) -> Tokens:
    """Return what takes the tokens of the hospital's provider, which has published ``keys``."""
    path = signing.key_file(folder / "jwks.json", *(keys or (rsa_key(),)))
    return Tokens(identity_providers([Issuer(**signing.issuer(path))]), now=clock or Clock())


def holder(taken: Tokens, credential: str) -> Principal | None:
    return done(taken(credential))


def test_the_owner_is_named_with_the_issuer_who_knows_them(tmp_path: Path) -> None:
    taken = tokens(tmp_path)

    assert holder(taken, token(rsa_key(), sub="ana", scope="read admin openid")) == Principal(
        f"ana of {ISSUER}", frozenset({Scope.READ, Scope.ADMIN})
    )
    assert holder(taken, token(rsa_key(), sub="luis", scope=None)) == Principal(f"luis of {ISSUER}", frozenset())


@pytest.mark.parametrize("said", [["read", 7, None], "read\tadmin", 7, {"read": True}, " read "])
def test_scopes_that_are_said_badly_are_not_guessed(tmp_path: Path, said: Any) -> None:
    found = holder(tokens(tmp_path), token(rsa_key(), scope=said))

    assert found is not None
    assert found.scopes <= {Scope.READ}


def test_without_a_kid_one_key_must_fit_and_no_other(tmp_path: Path) -> None:
    credential = token(rsa_key(), header={"kid": None})

    assert holder(tokens(tmp_path, rsa_key(), ec_key()), credential) is not None
    with pytest.raises(Unauthenticated):
        holder(tokens(tmp_path, rsa_key(), rsa_key("rsa-2")), credential)


def test_a_key_for_encryption_signs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [{**rsa_key().as_dict(private=False), "use": "enc"}]}))
    taken = Tokens(identity_providers([Issuer(**signing.issuer(path))]))

    with pytest.raises(Unauthenticated):
        holder(taken, token(rsa_key()))


def test_a_key_of_a_kind_to_come_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [{"kty": "AKP", "alg": "ML-DSA-44"}, rsa_key().as_dict(private=False)]}))
    taken = Tokens(identity_providers([Issuer(**signing.issuer(path))]))

    assert holder(taken, token(rsa_key())) is not None


def test_what_has_no_dots_is_no_token_and_somebody_elses_to_judge(tmp_path: Path) -> None:
    assert holder(tokens(tmp_path), "epk_abcdefghijkl_secret") is None


def test_a_token_that_is_remembered_ends_when_it_ends(tmp_path: Path) -> None:
    clock = Clock()
    taken = tokens(tmp_path, clock=clock)
    credential = token(rsa_key(), exp=int(clock.now) + 10)
    clock.now += 69
    assert holder(taken, credential) is not None

    clock.now += 1.5

    with pytest.raises(Unauthenticated):
        holder(taken, credential)


def test_whoever_lost_what_a_token_was_given_for_is_refused_within_five_seconds() -> None:
    clock, known, key = Clock(), ["ward"], b"a secret of this test, of 32 bytes"

    async def given_to(claims: Mapping[str, Any]) -> Principal:
        if claims["sub"] not in known:
            raise Forged("client")
        return Principal(claims["sub"], frozenset())

    taken = Tokens([own_tokens("https://here", secret_key(key), given_to)], now=clock)
    credential = token(key, by="HS256", iss="https://here", aud="https://here", sub="ward")
    assert holder(taken, credential) is not None

    known.clear()
    clock.now += 5

    with pytest.raises(Unauthenticated):
        holder(taken, credential)


def test_while_what_a_token_was_given_for_cannot_be_looked_up_it_lets_nobody_in() -> None:
    clock, key, down = Clock(), b"a secret of this test, of 32 bytes", False

    async def given_to(claims: Mapping[str, Any]) -> Principal:
        if down:
            raise StorageError("The disk is gone.")
        return Principal(claims["sub"], frozenset())

    taken = Tokens([own_tokens("https://here", secret_key(key), given_to)], now=clock)
    credential = token(key, by="HS256", iss="https://here", aud="https://here", sub="ward")
    assert holder(taken, credential) is not None

    down = True
    clock.now += REMEMBERED_SECONDS

    for _ in range(3):
        with pytest.raises(StorageError):
            holder(taken, credential)


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param(lambda: token(rsa_key(), iss="https://accounts.platform.example"), id="another issuer"),
        pytest.param(lambda: token(rsa_key(), iss=None), id="no issuer"),
        pytest.param(lambda: token(rsa_key()).rpartition(".")[0], id="an opaque one with a dot"),
        pytest.param(lambda: token(rsa_key(), note="a" * 8_192), id="one longer than ours"),
    ],
)
def test_a_token_of_nobody_we_know_is_somebody_elses_to_judge(tmp_path: Path, credential: Callable[[], str]) -> None:
    assert holder(tokens(tmp_path), credential()) is None


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("latin-1")))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    taken = Tokens([])

    for credential in (f"{text}.", f".{text}.", f"{text}.{text}.{text}"):
        assert holder(taken, credential) is None


SAID = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
MEMBERS = st.sampled_from(["alg", "typ", "kid", "crit", "iss", "aud", "exp", "iat", "sub", "scope"])


@given(header=SAID | st.dictionaries(MEMBERS, SAID | st.lists(SAID)), claims=SAID | st.dictionaries(MEMBERS, SAID))
def test_whatever_a_token_says_of_itself_is_refused_in_order(header: Any, claims: Any) -> None:
    taken = Tokens([])
    credential = ".".join(signing.encoded(json.dumps(part).encode()) for part in (header, claims, "signature"))

    # Nobody's, or refused for the kind it says it is.
    with suppress(Unauthenticated):
        assert holder(taken, credential) is None


def test_the_log_says_why_in_one_word_and_nothing_of_the_token(tmp_path: Path) -> None:
    credential = token(rsa_key(), sub="quetzal", aud="https://quetzal.example")

    with logged() as log, pytest.raises(Unauthenticated) as refused:
        holder(tokens(tmp_path), credential)

    assert json.loads(log.getvalue().splitlines()[-1])["code"] == "invalid_claim"
    assert "quetzal" not in log.getvalue() + str(refused.value)


def test_a_file_put_in_the_place_of_another_is_seen_however_alike_they_are(tmp_path: Path) -> None:
    path, other = tmp_path / "file.json", tmp_path / "other.json"
    path.write_text("[1]")
    watched = Watched(path, list)
    other.write_text("[2]")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))

    other.replace(path)

    assert watched.value() == [2]


def test_a_file_that_is_gone_or_bad_is_complained_of_once(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text("[1]")
    watched = Watched(path, list)

    with logged() as log:
        path.write_text("[")
        spoilt = [watched.value() for _ in range(3)]
        path.unlink()
        gone = [watched.value() for _ in range(3)]
        path.write_text("[2]")
        mended = watched.value()

    assert (spoilt, gone, mended) == ([[1]] * 3, [[1]] * 3, [2])
    assert log.getvalue().count("file not read again") == 2


@pytest.mark.parametrize("content", ["", "[", "[" * 100_000, "7"])
def test_a_file_that_never_held_what_it_should_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content)

    with pytest.raises(InvalidSettings, match=r"file\.json does not hold what it should"):
        Watched(path, list)
