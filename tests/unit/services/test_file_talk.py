"""What a file asks becomes documents, and the redactions of those the answers to what was asked."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.redactions import Redaction
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.operators import Redactor
from epicrisis.engines.privacy.policies import shipped
from epicrisis.errors import TextTooLong, UnknownLanguage, UnreadableText
from epicrisis.formats.redacting.asking import Question
from epicrisis.formats.redacting.sniffing import FileKind
from epicrisis.services.file_talk import FileTalk
from epicrisis.services.intake import Intake

INTAKE = Intake(languages=["en", "es"], max_chars=60)


def talk(kind: FileKind, *questions: str | Question, language: str | None = None) -> FileTalk:
    asked = [Question(each) if isinstance(each, str) else each for each in questions]
    return FileTalk(kind, asked, intake=INTAKE, language=language)


def hidden(document: Document, *words: str) -> Redaction:
    """Return ``document`` with each place of ``words`` read as a name."""
    found = []
    for word in words:
        start = document.text.find(word)
        while start >= 0:
            found.append(Identifier(Span(start, start + len(word)), IdentifierKind.NAME, 1.0, "tests"))
            start = document.text.find(word, start + 1)
    return Redactor(b"")(document, found, shipped()["safe-harbor"])


def put_known(told: FileTalk, redactor: Redactor, policy: str, apart: frozenset[IdentifierKind] = frozenset()) -> None:
    blocks = told.known(apart)
    for block, known in zip(blocks, told.identified(blocks), strict=True):
        told.put(block, redactor(known.document, known.identifiers, shipped()[policy]))


def answered(told: FileTalk, *words: str) -> list[str]:
    for block in told.blocks:
        told.put(block, hidden(block.document, *words))
    return told.answers


def test_prose_is_read_as_one_note() -> None:
    told = talk(FileKind.PDF, "Mr. Ruiz coughs.", "  ", "Ruiz is well.")

    assert [block.document.text for block in told.blocks] == ["Mr. Ruiz coughs.\n\nRuiz is well."]
    assert answered(told, "Ruiz") == ["Mr. [NAME] coughs.", "  ", "[NAME] is well."]
    assert told.counts == {"NAME": 2}


def test_prose_longer_than_what_is_read_is_cut_between_its_parts() -> None:
    told = talk(FileKind.DOCX, "x" * 40, "Ruiz" + "y" * 30, "z")

    assert [len(block.members) for block in told.blocks] == [1, 2]
    assert answered(told, "Ruiz") == ["x" * 40, "[NAME]" + "y" * 30, "z"]


def test_what_reaches_over_parts_is_told_in_the_first_and_gone_from_the_others() -> None:
    told = talk(FileKind.PDF, "Seen: Ana", "Ruiz", "Prueba today", "Ana")

    assert answered(told, "Ana\n\nRuiz\n\nPrueba") == ["Seen: [NAME]", "", " today", "Ana"]


def test_a_table_is_read_value_by_value_and_each_counts_as_often_as_it_stands_there() -> None:
    told = talk(FileKind.CSV, Question("Ruiz coughs", times=2), "well")

    assert [block.document.text for block in told.blocks] == ["Ruiz coughs", "well"]
    assert answered(told, "Ruiz") == ["[NAME] coughs", "well"]
    assert told.counts == {"NAME": 2}


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [(IdentifierKind.NAME, " xyz ", " [NAME] "), (IdentifierKind.DATE, "1925-03-04", "[DATE]"),
     (IdentifierKind.DATE, "1980-03-04T10:00:00Z", "1980"), (IdentifierKind.DATE, "1925", "[DATE]"),
     (IdentifierKind.AGE, "93", "90+"), (IdentifierKind.AGE, "93.0", "90+"), (IdentifierKind.AGE, "45.95", "45.95"),
     (IdentifierKind.AGE, "89", "89"), (IdentifierKind.AGE, "101 years", "90+ years"),
     (IdentifierKind.MRN, "7", "[MRN]")],
)  # fmt: skip
def test_an_identifier_as_a_whole_is_replaced_by_the_policy(kind: IdentifierKind, text: str, answer: str) -> None:
    told = talk(FileKind.CSV, Question(text, kind))
    redactor = Redactor(b"", year=lambda: 2026)

    put_known(told, redactor, "safe-harbor")

    assert told.answers == [answer]


@pytest.mark.parametrize("apart", [frozenset(), frozenset(IdentifierKind)])
def test_identifiers_as_a_whole_become_the_same_in_one_text_and_each_in_its_own(
    apart: frozenset[IdentifierKind],
) -> None:
    told = talk(
        FileKind.CSV,
        Question("93.0", IdentifierKind.AGE, times=3), Question("45.0", IdentifierKind.AGE),
        Question(" xyz ", IdentifierKind.NAME, times=2), Question("02139", IdentifierKind.LOCATION, "ZIP"),
        Question("02139", IdentifierKind.LOCATION), Question("  ", IdentifierKind.NAME),
        Question("[NAME]", IdentifierKind.NAME),
    )  # fmt: skip

    put_known(told, Redactor(b"", year=lambda: 2026), "safe-harbor", apart)

    assert told.answers == ["90+", "45.0", " [NAME] ", "021", "[LOCATION]", "  ", "[NAME]"]
    assert told.counts == {"AGE": 3, "NAME": 2, "LOCATION": 2}


def test_each_text_is_read_in_its_language() -> None:
    spanish = "El paciente niega fiebre y refiere tos desde ayer por la noche."[:60]
    told = talk(FileKind.CSV, "The patient denies fever and has had a cough since last night"[:60], spanish, "Ruiz")

    languages = [block.document.language for block in told.blocks]

    assert languages[:2] == ["en", "es"]
    assert languages[2] == told.language


def test_what_cannot_be_read_as_text_costs_the_file() -> None:
    with pytest.raises(TextTooLong):
        talk(FileKind.CSV, "x" * 61)
    with pytest.raises(UnreadableText):
        talk(FileKind.CSV, "{\\rtf1 Ruiz}")
    with pytest.raises(UnknownLanguage):
        talk(FileKind.CSV, "Ruiz", language="de")


def test_what_is_asked_is_told_in_slices() -> None:
    told = talk(FileKind.CSV, *(f"value {number}" for number in range(300)))

    sizes = [len(some) for some in told.slices(told.blocks)]

    assert sizes == [128, 128, 44]
