"""What an installation keeps: where it is kept, under which secret it is hashed, with which keys it is sealed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from epicrisis.errors import InvalidSettings, StorageError
from epicrisis.services.feedback import FeedbackStore
from epicrisis.settings import Settings

if TYPE_CHECKING:
    from epicrisis.services.audit import Audit
    from epicrisis.services.interactions import Interactions, InteractionStore
    from epicrisis.services.judgements import JudgementStore
    from epicrisis.services.key_records import Secret
    from epicrisis.services.keys import Keys
    from epicrisis.services.redaction_log import RedactionLog
    from epicrisis.services.reseal import Reseal
    from epicrisis.services.seals import SealedColumn, Seals
    from epicrisis.storage.crypto import KeyRing
    from epicrisis.storage.opening import Stores


_INTERACTIONS = "interactions"
# What is kept aside, each in files of its own, while PostgreSQL is down.
_SPOOLS = ("audit", "redactions", _INTERACTIONS)


def key_ring(settings: Settings, stores: Stores | None = None, audit: Audit | None = None) -> Keys:
    """Return the API keys of the installation ``settings`` describe; no file is made before one is needed.

    Raises:
        InvalidSettings: the secret key is too short to be one, or the address of the database is none.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    from epicrisis.services.keys import Keys

    stores = stores or stores_of(settings)
    return Keys(stores.keys, secret_of(settings), audit=audit or audit_log(settings, stores))


def audit_log(settings: Settings, stores: Stores | None = None) -> Audit:
    """Return the audit log of the installation ``settings`` describe; no file is made before something is recorded.

    Raises:
        InvalidSettings: the secret key is too short to be one, or the address of the database is none.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    from epicrisis.services.audit import Audit

    return Audit((stores or stores_of(settings)).audit, secret_of(settings))


def sealing(settings: Settings) -> KeyRing:
    """Return what encrypts what is kept: with the keys of ``settings``, or with one that belongs to the secret key.

    Raises:
        InvalidSettings: a key is no 32 random bytes, or the secret key is too short to be one.
        MissingDependency: the library that encrypts is not installed.
    """
    from epicrisis.storage.crypto import KeyRing, encryption_keys

    return KeyRing(encryption_keys(settings.encryption_keys.get_secret_value()), secret=secret_of(settings))


def resealing(settings: Settings) -> Reseal:
    """Return what seals anew, with the first of the encryption keys, whatever this installation keeps; raises as above.

    Raises:
        InvalidSettings: no encryption key is set.
    """
    from epicrisis.services.reseal import Reseal
    from epicrisis.services.spooling import those_aside

    if not settings.encryption_keys.get_secret_value():
        raise InvalidSettings(
            "There is no key to encrypt with; set EPICRISIS_ENCRYPTION_KEYS, the new key first and the old ones behind."
        )
    stores = stores_of(settings)
    columns: list[SealedColumn[Any]] = [
        stores.said_by,
        stores.judged_by,
        stores.contents,
        stores.answers,
        stores.case_content,
    ]
    url = settings.redis_url.get_secret_value()
    if url and not stores.remote:
        from epicrisis.storage.redis_claims import RedisColumn
        from epicrisis.storage.redis_link import RedisLink

        columns.append(RedisColumn(RedisLink(url)))
    logs = (*logs_of(settings, stores), _interaction_store(settings, stores))
    return Reseal(columns, sealing(settings), aside=those_aside(*logs))


def stores_of(settings: Settings) -> Stores:
    """Return every store of the installation; nothing is opened or made before it is needed.

    Raises:
        InvalidSettings: the address of the database is none.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    from epicrisis.storage.opening import stores_in

    return stores_in(
        settings.data, database_url=settings.database_url.get_secret_value(), embedded=settings.embedded_postgres
    )


def with_grace(settings: Settings, stores: Stores) -> Stores:
    """Return ``stores`` for a server that lets keys it has seen go on while its database is down."""
    from epicrisis.services.key_grace import GracedKeys

    if not stores.remote:
        return stores
    return replace(stores, keys=GracedKeys(stores.keys, seconds=settings.key_grace_seconds))


def is_installed(settings: Settings) -> bool:
    """Return whether something is kept here: in a PostgreSQL that is named, or in a data folder that is not empty.

    Raises:
        StorageError: nobody may look into the data folder.
    """
    if settings.database_url.get_secret_value() or settings.embedded_postgres:
        return True
    folder = settings.data.expanduser()
    try:
        return folder.is_dir() and any(folder.iterdir())
    except OSError as error:
        raise StorageError(f"{folder} cannot be read: {error.strerror}.") from error


def logs_of(settings: Settings, stores: Stores) -> tuple[Audit, RedactionLog]:
    """Return what is recorded of redactions; it goes on while PostgreSQL is down, but where that is to be strict."""
    if not stores.remote or settings.strict_audit:
        return audit_log(settings, stores), stores.redactions
    from epicrisis.services.spooling import SpoolingAudit, SpoolingRedactionLog
    from epicrisis.storage.spool import FileSpool

    of_audit, of_redactions = (FileSpool(settings.data, name, sealing(settings)) for name in _SPOOLS[:2])
    return (
        SpoolingAudit(stores.audit, secret_of(settings), spool=of_audit),
        SpoolingRedactionLog(stores.redactions, spool=of_redactions),
    )


def interactions_of(
    settings: Settings, stores: Stores | None = None, audit: Audit | None = None, seals: Seals | None = None
) -> Interactions:
    """Return what keeps differentials as they were asked and answered: where the settings, or their keys, ask for it.

    Raises:
        MissingDependency: they are to be kept, and the library that encrypts is not installed.
    """
    from epicrisis.services.interactions import Interactions

    stores = stores or stores_of(settings)
    keeps = _are_asked_for(settings) if settings.interactions is None else settings.interactions
    return Interactions(
        _interaction_store(settings, stores),
        audit=audit or audit_log(settings, stores),
        seals=seals or (sealing(settings) if keeps or can_seal() else None),
        keeps=keeps,
        days=settings.interaction_days,
    )


def _are_asked_for(settings: Settings) -> bool:
    """Return whether an encryption key is set, and a place to keep what is encrypted with it: contract D sets both."""
    named = (
        settings.database_url.get_secret_value() or settings.embedded_postgres or "data" in settings.model_fields_set
    )
    return bool(settings.encryption_keys.get_secret_value()) and bool(named)


def _interaction_store(settings: Settings, stores: Stores) -> InteractionStore:
    """Return where interactions are kept; they go on while PostgreSQL is down, but where that is to be strict."""
    if not stores.remote or settings.strict_audit or not can_seal():
        return stores.interactions
    from epicrisis.services.spooled_interactions import SpoolingInteractions
    from epicrisis.storage.spool import FileSpool

    return SpoolingInteractions(stores.interactions, spool=FileSpool(settings.data, _INTERACTIONS, sealing(settings)))


def secret_of(settings: Settings) -> Secret:
    """Return the secret of the installation, made on first need; raises ``InvalidSettings`` where it is too short."""
    from epicrisis.storage.secret import InstallationSecret

    return InstallationSecret(settings.secret_key.get_secret_value(), settings.data)


def can_seal() -> bool:
    """Return whether the library that encrypts is installed."""
    return find_spec("cryptography") is not None


def sealed(store: FeedbackStore, seals: Seals | None) -> FeedbackStore:
    """Return ``store`` with the names of whoever gives opinions sealed; without ``seals`` they are kept as they are."""
    from epicrisis.storage.sealed import SealedFeedback

    return SealedFeedback(store, seals)


def sealed_judgements(store: JudgementStore, seals: Seals | None) -> JudgementStore:
    """Return ``store`` with the names of whoever judges sealed; without ``seals`` they are kept as they are."""
    from epicrisis.storage.sealed import SealedJudgements

    return SealedJudgements(store, seals)


def refuse_missing_keys(settings: Settings, stores: Stores, ring: KeyRing | None) -> None:
    """Refuse to start where what was sealed could not be opened.

    Raises:
        InvalidSettings: the keys it was sealed with are not all at hand.
    """
    from epicrisis.storage.spool import sealed_with

    used = list[str]()
    # What cannot be read is told to whoever needs it: the server answers without.
    with suppress(StorageError):
        for column in (stores.said_by, stores.judged_by, stores.contents, stores.case_content):
            used += column.key_ids()
    with suppress(OSError):
        used += sealed_with(settings.data, _SPOOLS)
    if not stores.remote:
        stores.database.close()
    if used:
        (ring or sealing(settings)).require(used)
