from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from epicrisis.assembly import Services
from epicrisis.domain.differentials import Observed
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.errors import BrokenSeal, MissingDependency, UnknownRecord
from epicrisis.services.asking import Asker
from epicrisis.services.diagnose import Presentation
from epicrisis.services.reseal import Reseal
from epicrisis.services.similar_cases import Among, SimilarCases
from epicrisis.storage.cases import MemoryCases, SqliteCases
from epicrisis.storage.cases import case_content as content_in_file
from epicrisis.storage.crypto import KeyRing, encryption_keys
from epicrisis.storage.memory import MemorySecret
from epicrisis.storage.sqlite import Database
from tests.postgres_server import a_postgres_database
from tests.serving import a_ring, rules_pipeline

pytestmark = pytest.mark.anyio

WARD = Asker("ward", tenant="north")
NOTE = "Mr. John Doe is a 71-year-old man, MRN 00412317. Fever and productive cough. Denies chest pain."
TOLD = Presentation(note=Document(id="1", text=NOTE, language="en"))
OLD, NEW = secrets.token_hex(32), secrets.token_hex(32)


@pytest.fixture(params=["sqlite", "postgres"])
def kept_in(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """Lend a store, and the column of what it seals."""
    if request.param == "sqlite":
        database = Database(tmp_path)
        yield SqliteCases(database), content_in_file(database)
        database.close()
        return
    with a_postgres_database() as postgres:
        from epicrisis.storage.postgres.cases import PostgresCases, case_content

        yield PostgresCases(postgres), case_content(postgres)


def ring(*keys: str) -> KeyRing:
    return KeyRing(encryption_keys(" ".join(keys)), secret=MemorySecret())


def cases_in(store: Any, seals: KeyRing | None = None) -> SimilarCases:
    services = Services(rules_pipeline(), cases=store, seals=seals or a_ring())
    return services.similar_cases(services.deidentify())


async def test_what_was_sealed_is_sealed_anew_and_opens_with_the_new_key_alone(kept_in: Any) -> None:
    store, column = kept_in
    kept, _ = await cases_in(store, ring(OLD)).add(TOLD, outcome=None, asker=WARD)
    assert column.key_ids() == [ring(OLD).writes_with]

    resealed = await Reseal([column], ring(NEW, OLD))()

    assert (resealed.renewed, resealed.broken, resealed.left) == (1, (), 0)
    assert column.key_ids() == [ring(NEW).writes_with]
    assert await cases_in(store, ring(NEW)).find(kept.id, asker=WARD) == kept
    with pytest.raises(BrokenSeal):
        await cases_in(store, ring(OLD)).find(kept.id, asker=WARD)


async def test_what_is_sealed_does_not_open_in_another_row(kept_in: Any) -> None:
    store, column = kept_in
    cases = cases_in(store)
    one, other = [(await cases.add(TOLD, outcome=None, asker=WARD))[0] for _ in range(2)]
    contents = dict(await column.page(after="", limit=10))

    assert await column.swap(one.id, contents[one.id], contents[other.id])

    with pytest.raises(BrokenSeal):
        await cases.find(one.id, asker=WARD)
    assert await cases.find(other.id, asker=WARD) == other


async def test_nothing_is_named_by_a_key_where_nothing_is_kept(kept_in: Any) -> None:
    assert kept_in[1].key_ids() == []


async def test_what_is_read_of_a_case_is_what_was_redacted() -> None:
    # "ANA" is an antibody where it is nobody's name.
    note = NOTE.replace("Mr. John Doe", "Ms. Ana Ruiz Prueba")

    kept, _ = await cases_in(MemoryCases()).add(
        replace(TOLD, note=Document(id="1", text=note, language="en")), outcome=None, asker=WARD
    )

    assert set(kept.findings) == {"fever", "cough-productive", "chest-pain"}
    assert "Ana" not in kept.text


async def test_age_and_sex_are_those_that_are_told_or_that_the_note_tells() -> None:
    cases = cases_in(MemoryCases())

    of_note, _ = await cases.add(TOLD, outcome=None, asker=WARD)
    told, _ = await cases.add(replace(TOLD, age=30.0, sex=Sex.FEMALE), outcome=None, asker=WARD)

    assert (of_note.age, of_note.sex) == (71, Sex.MALE)
    assert (told.age, told.sex) == (30, Sex.FEMALE)


@pytest.mark.parametrize(
    ("language", "text", "age"),
    [
        ("en", "A 93-year-old woman. Fever and cough. Platelets 90+, and left eye 20/90+.", 90),
        ("es", "Mujer de 93 años con fiebre y tos. Plaquetas 90+.", 90),
    ],
)
async def test_the_oldest_are_read_as_redaction_leaves_them_and_nothing_else_is_written_anew(
    language: str, text: str, age: int
) -> None:
    told = Presentation(note=Document(id="1", text=text, language=language), language=language)

    kept, _ = await cases_in(MemoryCases()).add(told, outcome=None, asker=WARD)

    assert kept.age == age
    assert kept.text == text.replace("93", "90+")


async def test_cases_of_another_encoder_are_not_compared() -> None:
    store = MemoryCases()
    kept, _ = await cases_in(store).add(TOLD, outcome=None, asker=WARD)
    store._rows[kept.id] = replace(store._rows[kept.id], space="0-older")

    assert await cases_in(store).search(TOLD, asker=WARD) == ([], ())


async def test_a_code_nobody_has_a_name_for_is_kept_as_it_is() -> None:
    kept, _ = await cases_in(MemoryCases()).add(TOLD, outcome="J18", asker=WARD)

    assert kept.outcome is not None
    assert (kept.outcome.code, kept.outcome.display) == ("J18", "")


async def test_the_words_that_nothing_was_found_for_are_told() -> None:
    asked = Presentation(symptoms=("fever", "blorbing"))
    cases = cases_in(MemoryCases())

    _, unmatched = await cases.add(asked, outcome=None, asker=WARD)

    assert unmatched == ("blorbing",)
    assert (await cases.search(asked, asker=WARD))[1] == ("blorbing",)


async def test_a_case_that_was_removed_meanwhile_is_not_there() -> None:
    cases = cases_in(MemoryCases())

    with pytest.raises(UnknownRecord):
        await cases.conclude("0b8f4f0e", "J18.9", asker=WARD)
    with pytest.raises(UnknownRecord):
        await cases.search("0b8f4f0e", Among(), asker=WARD)


async def test_without_pgvector_it_is_told_what_to_do_and_once_it_is_there_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_postgres_database(empty=True) as database:
        from sqlalchemy import Connection, text

        from epicrisis.storage.postgres.cases import PostgresCases, case_content
        from epicrisis.storage.postgres.migrations.versions import step_0008_cases as step

        def without(connection: Connection) -> None:
            for statement in ("DROP TABLE cases", "DROP EXTENSION vector"):
                connection.execute(text(statement))

        await database.run(without)
        making = step._EXTENSION
        # As for a user who may not make it.
        monkeypatch.setattr(step, "_EXTENSION", "SELECT 1")
        cases = cases_in(PostgresCases(database))
        asked = Presentation(findings=(Observed("fever"),))

        for refused in (cases.search(asked, asker=WARD), cases.find("0b8f4f0e", asker=WARD)):
            with pytest.raises(MissingDependency, match="CREATE EXTENSION vector"):
                await refused
        with pytest.raises(MissingDependency):
            await cases.add(asked, outcome=None, asker=WARD)
        assert case_content(database).key_ids() == []
        assert await case_content(database).page(after="", limit=1) == []

        monkeypatch.setattr(step, "_EXTENSION", making)
        await cases.add(asked, outcome=None, asker=WARD)
        assert len((await cases.search(asked, asker=WARD))[0]) == 1
