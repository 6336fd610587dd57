from __future__ import annotations

import json
from dataclasses import replace

import pytest

from epicrisis.domain.patients import Missing, Sex, Source
from epicrisis.domain.records import Flag
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import (
    Baseline,
    Change,
    ChangeKind,
    Current,
    Delta,
    Heading,
    Latest,
    Mode,
    PatientSummary,
    Statement,
    SummarySection,
    Support,
)
from epicrisis.formats.patient_summaries import to_markdown, to_plain
from tests.golden.patient_summaries.charts import RECORDS, problem, result, somebody, when
from tests.golden.patient_summaries.writing import summary_of

GOUT = problem("c1", "Gout", "2019-05-01")
NOTE = Source("DocumentReference/d1", Span(10, 14))


def summary(*texts: str, sources: tuple[Source, ...] = (GOUT.source,)) -> PatientSummary:
    """Return a summary whose assessment says ``texts``."""
    urate = result("o1", "Urate", "3084-1", 7.2, "mg/dL", "2021-06-01")
    return PatientSummary(
        sections=tuple(
            SummarySection(h, tuple(Statement(t, sources) for t in texts) if h is Heading.ASSESSMENT else ())
            for h in Heading
        ),
        baseline=Baseline(
            when("2021-06-01"),
            somebody("1950-02-28", Sex.FEMALE),
            problems=(Current((GOUT, replace(GOUT, source=NOTE))),),
            labs=(Latest(urate, Flag.HIGH),),
        ),
        delta=Delta(None, when("2021-06-01"), (Change(ChangeKind.NEW_PROBLEM, GOUT, None, (GOUT.source,)),)),
        language="en",
        mode=Mode.RULE,
        asked=Mode.HQ,
        model="rules",
        missing=(Missing("MedicationRequest", "it did not answer in time"),),
        fallbacks=("the model was not there",),
        unsupported=(Statement("She has two heads.", (), Support.UNSUPPORTED, "no entry tells it"),),
    )


def lines(*texts: str) -> list[str]:
    """Return how ``texts`` are written."""
    return [line for line in to_markdown(summary(*texts)).splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_headings_are_those_of_the_contract_in_every_language(language: str) -> None:
    told = to_markdown(summary_of(RECORDS["dose_change"], language))

    assert [line for line in told.splitlines() if line.startswith("#")] == [
        "## Clinical Assessment",
        "## Key Trends & Changes",
        "## Plan & Suggested Actions",
        "## Direct Guidance for Physician",
    ]


def test_a_sentence_is_a_bullet_and_what_it_lists_stands_behind_bold_words() -> None:
    assert lines("71-year-old woman.", "Active problems (1): Gout.", "Active problems (9), continued: Gout.") == [
        "- 71-year-old woman.",
        "- **Active problems (1):** Gout.",
        "- **Active problems (9), continued:** Gout.",
    ]
    assert lines("What follows from it is not known here, and: so it is.") == [
        "- What follows from it is not known here, and: so it is."
    ]


@pytest.mark.parametrize(
    ("record", "written"),
    [
        ("# Gout", r"- \# Gout"),
        ("1. Gout", r"- 1\. Gout"),
        ("- Gout", r"- \- Gout"),
        ("*Gout* and `gout`", r"- \*Gout\* and \`gout\`"),
        ("_Gout_ in snake_case", r"- \_Gout\_ in snake_case"),
        ("<script>alert(1)</script>", r"- \<script>alert(1)\</script>"),
        ("[gout](http://x)", r"- [gout]\(http://x)"),
        ("[gout]: http://x", r"- **\[gout]:** http://x"),
        ("Score [MMSE]: 17", "- **Score [MMSE]:** 17"),
        ("Gout\n## Plan", "- Gout ## Plan"),
        ("Gout \u202etuog\x1b[2J", "- Gout tuog [2J"),
        ("Urate < 6 and 10^3/uL", "- Urate < 6 and 10^3/uL"),
    ],
)
def test_words_of_a_record_are_shown_and_never_read_as_markdown(record: str, written: str) -> None:
    assert lines(record) == [written]


def test_citations_number_what_each_sentence_rests_on_and_list_it_at_the_end() -> None:
    sources = (GOUT.source, Source("Condition/c2"), Source("Condition/c3"), NOTE)
    one = summary("Gout.", sources=sources)
    guidance = SummarySection(Heading.GUIDANCE, (Statement("So.", (GOUT.source, NOTE)),))
    other = replace(one, sections=(*one.sections[:3], guidance))

    told = to_markdown(other, citations=True).splitlines()

    assert "- Gout. [1\u20134]" in told
    assert "- So. [1, 4]" in told
    assert told[-4:] == [
        "1. Condition/c1",
        "2. Condition/c2",
        "3. Condition/c3",
        "4. DocumentReference/d1 (10\u201314)",
    ]


def test_the_json_tells_everything_and_nothing_of_who_it_is() -> None:
    plain = to_plain(summary("Gout."))
    written = json.dumps(plain)

    assert plain["sections"][0] == {
        "heading": "Clinical Assessment",
        "statements": [
            {
                "text": "Gout.",
                "sources": [{"reference": "Condition/c1", "start": None, "end": None}],
                "support": "SUPPORTED",
                "why": "",
            }
        ],
    }
    assert [section["heading"] for section in plain["sections"]] == [heading.value for heading in Heading]
    assert (plain["mode"], plain["asked"], plain["model"], plain["language"]) == ("rule", "hq", "rules", "en")
    assert plain["missing"] == [{"section": "MedicationRequest", "why": "it did not answer in time"}]
    assert plain["fallbacks"] == ["the model was not there"]
    assert plain["unsupported"][0]["support"] == "UNSUPPORTED"
    assert not [word for word in ("Prueba", "Zenobia", "PRUEBA-0001", "1950") if word in written]


def test_what_holds_is_told_once_with_all_its_sources_and_codes() -> None:
    baseline = to_plain(summary())["baseline"]

    (gout,) = baseline["problems"]
    (urate,) = baseline["labs"]

    assert gout["concept"] == {"text": "Gout", "codes": []}
    assert (gout["onset"], gout["clinical"], gout["verification"]) == ("2019-05-01", "ACTIVE", "CONFIRMED")
    assert gout["sources"] == [
        {"reference": "Condition/c1", "start": None, "end": None},
        {"reference": "DocumentReference/d1", "start": 10, "end": 14},
    ]
    assert urate["observation"]["concept"]["codes"] == [
        {"system": "http://loinc.org", "code": "3084-1", "display": "Urate", "score": 1.0}
    ]
    assert (urate["flag"], urate["observation"]["quantity"]["value"]) == ("HIGH", 7.2)
    assert baseline["identity"] == {"sex": "FEMALE", "is_dead": False, "died": None}
    assert baseline["at"] == "2021-06-01"


def test_what_changed_is_told_with_its_kind_and_item() -> None:
    delta = to_plain(summary())["delta"]

    assert (delta["since"], delta["until"]) == (None, "2021-06-01")
    assert [(each["kind"], each["item"]["concept"]["text"], each["at"]) for each in delta["changes"]] == [
        ("NEW_PROBLEM", "Gout", None)
    ]


@pytest.mark.parametrize("name", RECORDS)
def test_every_patient_can_be_written(name: str) -> None:
    written = json.loads(json.dumps(to_plain(summary_of(RECORDS[name])), allow_nan=False))

    assert written["baseline"].keys() >= {"problems", "medications", "allergies", "labs", "vitals", "at"}
