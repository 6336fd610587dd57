"""The Python client about whole notes: batches, names, redactions and files, and many notes at once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import pytest

from epicrisis import errors
from epicrisis.client import AsyncClient, Refusal
from epicrisis.domain.assertions import Status
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.domain.spans import Span
from tests.clients import BOTH, Asks
from tests.flaky import PREDICTION, Said, flaky
from tests.serving import UUID, rules_pipeline, running

NOTES = ["🫀 Denies chest pain.", "", "History of hypertension."]
NOTE = "🫀 Patient John Doe, SSN 123-45-6789, denies chest pain."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


@pytest.mark.parametrize("method", ["annotate_batch", "assess_batch", "named_batch", "redact_batch"])
def test_a_batch_keeps_its_order_and_a_bad_note_fails_alone(url: str, ask: Asks, method: str) -> None:
    answer = ask(url, method, NOTES)

    first, refused, last = answer.items
    assert isinstance(refused, Refusal)
    assert refused.code == "empty-text"
    assert not isinstance(first, Refusal)
    assert not isinstance(last, Refusal)
    assert re.fullmatch(UUID, answer.request_id)


def test_a_batch_of_notes_says_what_the_library_does(url: str, ask: Asks) -> None:
    first, _, last = ask(url, "annotate_batch", NOTES).items

    for note, text in ((first, NOTES[0]), (last, NOTES[2])):
        here = rules_pipeline().annotate(text)
        assert [(entity.span, entity.label) for entity in note.entities] == [
            (entity.span, entity.label) for entity in here.entities
        ]
    assert first.document.quote(first.entities[0].span) == "chest pain"


def test_each_text_of_a_batch_has_targets_of_its_own(url: str, ask: Asks) -> None:
    targets = [[Span(9, 19)], [], [Span(11, 23)]]

    first, _, last = ask(url, "assess_batch", NOTES, targets=targets).items

    assert [(each.target, each.status) for each in first.assertions] == [(Span(9, 19), Status.ABSENT)]
    assert [(each.target, each.status) for each in last.assertions] == [(Span(11, 23), Status.PRESENT)]


def test_targets_for_some_texts_of_a_batch_are_told_at_once(ask: Asks) -> None:
    with pytest.raises(errors.InvalidInput, match="3 texts and targets for 1"):
        ask("http://127.0.0.1:9", "assess_batch", NOTES, targets=[[Span(0, 1)]])


def test_names_what_a_note_speaks_of_in_both_languages(url: str, ask: Asks) -> None:
    note = ask(url, "named", NOTES[0], label_sets=["clinical"]).note

    [entity] = note.entities
    assert note.label_sets == ("clinical",)
    assert note.document.quote(entity.span) == "chest pain"
    assert (entity.label, entity.label_es, entity.label_set) == ("PROBLEM", "PROBLEMA", "clinical")


def test_a_redacted_note_says_where_everything_was_and_is(url: str, ask: Asks) -> None:
    note = ask(url, "redact", NOTE, policy="contract-h", explain=True, purpose="research-12").note

    assert note.counts == {"NAME": 1, "SSN": 1}
    assert [note.text[each.place.start : each.place.end] for each in note.hidden] == ["[REDACTED]"] * 2
    assert [NOTE[each.original.start : each.original.end] for each in note.hidden] == ["John Doe", "123-45-6789"]
    assert [(each.kind, each.operator) for each in note.hidden] == [
        (IdentifierKind.NAME, Operator.MASK), (IdentifierKind.SSN, Operator.MASK),
    ]  # fmt: skip
    assert all(each.found_by and each.score for each in note.hidden)


def test_dates_of_one_patient_move_together(url: str, ask: Asks) -> None:
    texts = ["Seen on 03/04/2019.", "Seen on 03/04/2019 again."]

    one = ask(url, "redact_batch", texts, policy="research", patient="Ñ-7").items
    # A batch carries the id in its body, a file in a header.
    file = ask(url, "redact_file", b"when\n03/04/2019\n", kind="csv", policy="research", patient="Ñ-7")

    moved = one[0].hidden[0].text
    assert moved != "03/04/2019"
    assert one[1].hidden[0].text == moved
    assert moved in file.data.decode()


def test_a_file_comes_back_as_it_was_without_names(url: str, ask: Asks) -> None:
    table = "id,note,dose\n7,Mr. John Roe denies fever.,Mr. John Roe\n"

    file = ask(
        url, "redact_file", table.encode(), kind="csv", policy="contract-h", rules={"id": "remove", "dose": "keep"}
    )

    assert file.data.decode() == "id,note,dose\n,Mr. [REDACTED] denies fever.,Mr. John Roe\n"
    assert (file.media_type, file.policy, dict(file.counts)) == ("text/csv", "contract-h", {"NAME": 1})
    assert (bool(file.engine), bool(file.version)) == (True, True)
    assert re.fullmatch(UUID, file.request_id)


@pytest.mark.parametrize(
    ("method", "sent", "named", "kind"),
    [
        ("redact", "Denies fever.", {"policy": "nobody-knows"}, errors.UnknownPolicy),
        ("redact", "Denies fever.", {"purpose": "for the boss"}, errors.InvalidInput),
        ("redact_file", b"%PDF-1.7 cut off", {"kind": "pdf"}, errors.UnreadableDocument),
        ("redact_file", b"a,b\n", {"kind": "csv", "rules": {"a": "burn"}}, errors.InvalidInput),
        ("redact_file", b"a,b\n", {"rules": {"a": "remove"}}, errors.InvalidInput),
        ("redact_file", b"a,b\n", {"patient": "7\r\nX-Other: 1"}, errors.InvalidInput),
        ("reidentify", "Denies fever.", {}, errors.Unauthenticated),
        ("named", "Denies fever.", {"label_sets": ["planets"]}, errors.InvalidInput),
    ],
)
def test_what_is_refused_is_an_error_of_ours(
    url: str, ask: Asks, method: str, sent: Any, named: dict[str, Any], kind: type[errors.EpicrisisError]
) -> None:
    with pytest.raises(kind):
        ask(url, method, sent, **named)


def many(url: str, items: Any, *, at_once: int = 3, take: int | None = None) -> list[Any]:
    """Return what is told of ``items``, or of the first few."""

    async def asked() -> list[Any]:
        told: list[Any] = []
        async with (
            AsyncClient(url, retries=0) as client,
            client.many(client.predict, items, at_once=at_once) as answers,
        ):
            async for answer in answers:
                told.append(answer)
                if len(told) == take:
                    break
        return told

    return anyio.run(asked)


def test_many_are_answered_in_their_order_and_a_bad_one_stands_in_its_place(url: str) -> None:
    sentences = ["No fever.", " ", *["He has a cough."] * 20]

    told = many(url, sentences)

    assert [getattr(answer, "label", type(answer)) for answer in told] == [
        "ABSENT", errors.InvalidInput, *["PRESENT"] * 20,
    ]  # fmt: skip


def test_many_may_come_one_after_the_other(url: str) -> None:
    async def arriving() -> AsyncIterator[str]:
        for sentence in ("No fever.", "He has a cough."):
            await anyio.sleep(0.01)
            yield sentence

    assert [answer.label for answer in many(url, arriving())] == ["ABSENT", "PRESENT"]


def test_no_more_are_under_way_than_was_said() -> None:
    with flaky(Said(seconds=0.2)) as server:
        many(server.url, ["Denies fever."] * 9)

    assert server.most_at_once == 3


def test_no_more_are_taken_than_somebody_reads() -> None:
    taken = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(1)
            yield "Denies fever."

    with flaky(Said(200, PREDICTION)) as server:
        assert len(many(server.url, endless(), take=5)) == 5

    assert len(taken) <= 5 + 2 * 3 + 1


def test_what_would_be_wrong_with_all_of_them_is_raised() -> None:
    with flaky(Said(), Said(401, {"code": "unauthenticated", "detail": "Who are you?"})) as server:
        with pytest.raises(errors.Unauthenticated):
            many(server.url, ["Denies fever."] * 100)
        asked = len(server.requests)

    assert asked < 20


def test_a_list_that_breaks_off_says_so() -> None:
    def broken() -> Iterator[str]:
        yield "Denies fever."
        raise OSError("the disk is gone")

    with flaky(Said()) as server, pytest.raises(OSError, match="the disk"):
        many(server.url, broken())


def test_at_least_one_is_under_way() -> None:
    with pytest.raises(errors.InvalidInput, match="at_once"):
        many("http://127.0.0.1:9", ["Denies fever."], at_once=0)
