"""Where an installation keeps things: in a PostgreSQL where one is named or asked for, or else in a small file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from epicrisis.errors import MissingDependency
from epicrisis.services.audit import AuditStore
from epicrisis.services.case_store import CaseStore
from epicrisis.services.experiment_table import ExperimentStore
from epicrisis.services.feedback import FeedbackStore
from epicrisis.services.idempotency import ClaimStore
from epicrisis.services.interactions import InteractionStore
from epicrisis.services.judgements import JudgementStore
from epicrisis.services.key_records import KeyStore
from epicrisis.services.redaction_log import RedactionLog
from epicrisis.services.seals import SealedColumn

Sealed = TypeVar("Sealed")


class Telling(SealedColumn[Sealed], Protocol[Sealed]):
    """A column that can tell, before anything runs, which keys it takes to open it."""

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that its rows are sealed with."""
        ...


class Kept(Protocol):
    """The database behind the stores."""

    def close(self) -> None:
        """Close it; the next piece of work opens it again."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """Every store of an installation, over one database; ``remote`` where that may be down while the disk is not."""

    keys: KeyStore
    opinions: FeedbackStore
    audit: AuditStore
    redactions: RedactionLog
    experiments: ExperimentStore
    claims: ClaimStore
    interactions: InteractionStore
    judgements: JudgementStore
    said_by: Telling[str]
    judged_by: Telling[str]
    contents: Telling[bytes]
    answers: SealedColumn[bytes]
    cases: CaseStore
    case_content: Telling[bytes]
    database: Kept
    remote: bool = False
    away: Callable[[], bool] = lambda: False


def stores_in(folder: Path, *, database_url: str = "", embedded: bool = False) -> Stores:
    """Return the stores; nothing is opened, started or made before it is needed.

    Raises:
        InvalidSettings: ``database_url`` is no address of a PostgreSQL.
        MissingDependency: PostgreSQL is asked for, and what speaks to it is not installed.
    """
    return _in_postgres(folder, database_url) if database_url or embedded else _in_file(folder)


def _in_file(folder: Path) -> Stores:
    from epicrisis.storage.audit import SqliteAudit
    from epicrisis.storage.cases import SqliteCases, case_content
    from epicrisis.storage.experiments import SqliteExperiments
    from epicrisis.storage.feedback import SqliteFeedback
    from epicrisis.storage.idempotency import SqliteClaims
    from epicrisis.storage.interactions import SqliteInteractions
    from epicrisis.storage.judgements import SqliteJudgements
    from epicrisis.storage.keys import SqliteKeys
    from epicrisis.storage.redactions import SqliteRedactionLog
    from epicrisis.storage.sealed import contents, judged_by, kept_answers, said_by
    from epicrisis.storage.sqlite import Database

    database = Database(folder)
    return Stores(
        keys=SqliteKeys(database),
        opinions=SqliteFeedback(database),
        audit=SqliteAudit(database),
        redactions=SqliteRedactionLog(database),
        experiments=SqliteExperiments(database),
        claims=SqliteClaims(database),
        interactions=SqliteInteractions(database),
        judgements=SqliteJudgements(database),
        cases=SqliteCases(database),
        case_content=case_content(database),
        said_by=said_by(database),
        judged_by=judged_by(database),
        contents=contents(database),
        answers=kept_answers(database),
        database=database,
    )


def _in_postgres(folder: Path, database_url: str) -> Stores:
    # Imported here: the base install has none of these libraries.
    try:
        from epicrisis.storage.postgres.audit import PostgresAudit
        from epicrisis.storage.postgres.cases import PostgresCases, case_content
        from epicrisis.storage.postgres.columns import contents, judged_by, kept_answers, said_by
        from epicrisis.storage.postgres.database import Address, PostgresDatabase
        from epicrisis.storage.postgres.embedded import EmbeddedServer
        from epicrisis.storage.postgres.experiments import PostgresExperiments
        from epicrisis.storage.postgres.feedback import PostgresFeedback
        from epicrisis.storage.postgres.idempotency import PostgresClaims
        from epicrisis.storage.postgres.interactions import PostgresInteractions
        from epicrisis.storage.postgres.judgements import PostgresJudgements
        from epicrisis.storage.postgres.keys import PostgresKeys
        from epicrisis.storage.postgres.redactions import PostgresRedactionLog
    except ImportError as error:
        raise MissingDependency(
            "Keeping things in PostgreSQL needs its client; run: pip install 'epicrisis[postgres]', or unset "
            "EPICRISIS_DATABASE_URL, DATABASE_URL and EPICRISIS_EMBEDDED_POSTGRES."
        ) from error
    database = PostgresDatabase(Address(database_url) if database_url else EmbeddedServer(folder))
    return Stores(
        keys=PostgresKeys(database),
        opinions=PostgresFeedback(database),
        audit=PostgresAudit(database),
        redactions=PostgresRedactionLog(database),
        experiments=PostgresExperiments(database),
        claims=PostgresClaims(database),
        interactions=PostgresInteractions(database),
        judgements=PostgresJudgements(database),
        cases=PostgresCases(database),
        case_content=case_content(database),
        said_by=said_by(database),
        judged_by=judged_by(database),
        contents=contents(database),
        answers=kept_answers(database),
        database=database,
        remote=True,
        away=lambda: database.degraded,
    )
