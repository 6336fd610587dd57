"""What a server needs, put together: begin to read here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis import __version__
from epicrisis.assembly.hiding import known_policies
from epicrisis.assembly.keeping import (
    can_seal,
    interactions_of,
    key_ring,
    logs_of,
    refuse_missing_keys,
    sealed,
    sealed_judgements,
    sealing,
    secret_of,
    stores_of,
    with_grace,
)
from epicrisis.assembly.loading import load
from epicrisis.assembly.services import Services
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.services.idempotency import ClaimStore
    from epicrisis.services.redaction_counts import RedactionCounts
    from epicrisis.services.seals import Seals
    from epicrisis.storage.opening import Stores
    from epicrisis.storage.redis_link import RedisLink
    from epicrisis.telemetry.tracing import Traces


def serving(settings: Settings) -> Services:
    """Return what a server needs, as ``settings`` describe it; raises as ``load`` does."""
    # Imported here: the library and the terminal build no server, and do not wait for what only one needs.
    from epicrisis.storage.given import given_in
    from epicrisis.storage.tally import tally_of
    from epicrisis.telemetry.metrics import Metrics

    metrics = Metrics(folder=settings.data.expanduser())
    pipeline = load(settings, observer=metrics)
    for card in (*pipeline.annotation.readers.cards, *pipeline.assessment.judges.cards):
        metrics.introduce(card, version=__version__)
    encrypted = bool(settings.encryption_keys.get_secret_value())
    seals = sealing(settings) if encrypted or can_seal() else None
    stores = stores_of(settings)
    refuse_missing_keys(settings, stores, seals)
    audit, redactions = logs_of(settings, stores)
    link = _link(settings)
    return Services(
        pipeline=pipeline,
        metrics=metrics,
        keys=key_ring(settings, with_grace(settings, stores), audit),
        tally=tally_of(link),
        opinions=sealed(stores.opinions, seals if encrypted else None),
        judgements=sealed_judgements(stores.judgements, seals if encrypted else None),
        interactions=interactions_of(settings, stores, audit, seals),
        given=given_in(link),
        audit=audit,
        redactions=redactions,
        claims=_claims(stores, link, seals),
        experiments=stores.experiments,
        cases=stores.cases if seals is not None else None,
        sums=_sums(link),
        link=link,
        stores=stores,
        seals=seals,
        secret=secret_of(settings),
        policies=known_policies(settings.policies),
        traces=_traces() if settings.tracing else None,
    )


def _link(settings: Settings) -> RedisLink | None:
    """Return the way to what several servers count and remember together, where a Redis is named for that."""
    from epicrisis.storage.redis_link import RedisLink

    url = settings.redis_url.get_secret_value()
    return RedisLink(url) if url else None


def _claims(stores: Stores, link: RedisLink | None, seals: Seals | None) -> ClaimStore:
    """Return what keeps requests that may be sent again, and their answers: where every server looks.

    Answers quote notes, so what cannot be sealed stays in this process.
    """
    from epicrisis.storage.memory import MemoryClaims
    from epicrisis.storage.redis_claims import RedisClaims

    if seals is None:
        return MemoryClaims()
    # A database of several servers tells each of the others; a file does not.
    return stores.claims if link is None or stores.remote else RedisClaims(link, stores.claims)


def _sums(link: RedisLink | None) -> RedactionCounts | None:
    from epicrisis.storage.redaction_counts import RedisRedactionCounts

    return None if link is None else RedisRedactionCounts(link)


def _traces() -> Traces:
    from epicrisis.telemetry.tracing import Traces, provider_of_environment

    return Traces(provider_of_environment(__version__))
