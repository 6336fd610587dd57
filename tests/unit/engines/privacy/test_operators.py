"""What each operator puts in the place of an identifier, and what happens where it cannot."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.marks import apart
from epicrisis.engines.privacy.operators import Redactor, offsets_of
from epicrisis.engines.privacy.places import RESTRICTED_ZIP3
from tests.identities import KEY, YEAR, everything, marked, redacted, redaction_of

NOTE = "[John Doe|NAME], [93|AGE], seen [3/4/2019|DATE] in [Boston|LOCATION], MRN [0042317|MRN]."


def test_masks_every_identifier_alike() -> None:
    assert redacted(NOTE, everything(Operator.MASK)) == (
        "[REDACTED], [REDACTED], seen [REDACTED] in [REDACTED], MRN [REDACTED]."
    )


def test_labels_say_the_kind() -> None:
    assert redacted(NOTE, everything(Operator.LABEL)) == "[NAME], [AGE], seen [DATE] in [LOCATION], MRN [MRN]."


def test_pseudonyms_are_one_for_a_person_and_another_under_another_key() -> None:
    note, policy = "[John Doe|NAME] ... Mr. [Doe|NAME] ... [Jane Roe|NAME]", everything(Operator.HASH)

    john, doe, roe = redacted(note, policy).split(" ... ")

    assert re.fullmatch(r"\[NAME:[a-z]{12}\]", john)
    assert doe == f"Mr. {john}"
    assert roe != john
    assert redacted(note, policy, key=b"another").split(" ... ")[0] != john


def test_encrypts_with_what_it_is_given() -> None:
    document, identifiers = marked("Seen by [Jane Roe|NAME].")
    redact = Redactor(KEY, seal=lambda text, kind: f"{kind.name}{len(text)}")

    redaction = redact(document, identifiers, everything(Operator.ENCRYPT))

    assert redaction.document.text == "Seen by [NAME#NAME8]."


def test_dates_of_a_patient_move_by_the_same_days_and_keep_their_form() -> None:
    first = redacted("Seen [3/4/2019|DATE] and again [March 14th|DATE].", "research", patient="p1")
    second = redacted("Seen [3/4/2019|DATE].", "research", patient="p1")
    other = redacted("Seen [3/4/2019|DATE].", "research", patient="p2")

    assert first.split()[1] == second.split()[1].rstrip(".")
    assert second != other
    assert re.fullmatch(r"Seen \d+/\d+/20\d\d and again [A-Z][a-z]+ \d+(st|nd|rd|th)\.", first)


def test_without_a_patient_every_note_is_somebodys_of_its_own() -> None:
    here = redacted("Seen [3/4/2019|DATE] today.", "research")
    there = redacted("Seen [3/4/2019|DATE] there.", "research")

    assert here.split()[1] != there.split()[1]
    assert here == redacted("Seen [3/4/2019|DATE] today.", "research")


def test_labels_a_date_nobody_can_move() -> None:
    redaction = redaction_of("Seen on [the feast of St. John|DATE].", "research")

    assert redaction.document.text == "Seen on [DATE]."
    assert [each.operator for each in redaction.replacements] == [Operator.LABEL]


def test_safe_harbor_tells_years_and_three_digits_of_a_zip_code() -> None:
    note = "Seen [March 4, 2019|DATE] and [March 9|DATE] in [Boston|LOCATION], [02139-4307|LOCATION:ZIP]."

    assert redacted(note, "safe-harbor") == "Seen 2019 and [DATE] in [LOCATION], 021."


def test_the_areas_of_few_people_are_those_hhs_lists_and_more() -> None:
    # HHS, guidance of 26 November 2012, section 3.3: "The 17 restricted ZIP codes", by the census of 2000.
    listed = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893"

    assert len(listed.split()) == 17
    assert set(listed.split()) <= RESTRICTED_ZIP3


@pytest.mark.parametrize("area", sorted(RESTRICTED_ZIP3))
def test_safe_harbor_tells_no_area_of_few_people(area: str) -> None:
    assert redacted(f"Lives in [{area}01|LOCATION:ZIP].", "safe-harbor") == "Lives in 000."


def test_safe_harbor_tells_no_year_of_birth_of_somebody_over_89() -> None:
    assert redacted(f"Born [1/2/{YEAR - 90}|DATE].", "safe-harbor") == "Born [DATE]."
    assert redacted(f"Born [1/2/{YEAR - 89}|DATE].", "safe-harbor") == f"Born {YEAR - 89}."


@pytest.mark.parametrize(
    ("age", "told"),
    [("89", "89"), ("90", "90+"), ("104 years old", "90+ years old"), ("93-year-old", "90+ year-old"), ("90+", "90+"),
     ("95 days old", "95 days old"), ("sixty-five", "sixty-five"), ("ninety-one", "[AGE]"), ("elderly", "[AGE]"),
     ("sesenta años", "sesenta años"), ("noventa y dos años", "[AGE]")],
)  # fmt: skip
def test_safe_harbor_tells_ages_up_to_89(age: str, told: str) -> None:
    assert redacted(f"Aged [{age}|AGE].", "safe-harbor") == f"Aged {told}."


def test_a_policy_without_an_oldest_age_tells_tens_of_years() -> None:
    policy = replace(everything(Operator.LABEL), operators={IdentifierKind.AGE: Operator.GENERALISE})

    assert redacted("Aged [64|AGE] and [97|AGE].", policy) == "Aged 60-69 and 90+."


def test_a_limited_data_set_keeps_dates_towns_and_zip_codes() -> None:
    note = "[Jane Roe|NAME], [3/4/2019|DATE], [12 Oak St|LOCATION], [Boston|LOCATION:CITY] [02139|LOCATION:ZIP]"

    assert redacted(note, "limited-data-set") == "[NAME], 3/4/2019, [LOCATION], Boston 02139"


def test_a_kind_the_policy_does_not_name_is_masked() -> None:
    assert redacted("[Jane Roe|NAME]", replace(everything(Operator.KEEP), operators={})) == "[REDACTED]"


def test_identifiers_that_overlap_are_replaced_as_one() -> None:
    document, _ = marked("Call Dr. Jane Roe now.")
    _, [name] = marked("Call Dr. [Jane Roe|NAME] now.")
    titled = replace(name, span=Span(5, 13), kind=IdentifierKind.PROFESSION)

    redaction = Redactor(KEY)(document, [name, titled], everything(Operator.MASK))

    assert redaction.document.text == "Call [REDACTED] now."


def test_a_mark_that_stands_already_is_gone_around() -> None:
    document, [whole] = marked("Seen by [Roe REDACTED at Mercy|NAME].")
    text = document.text.replace("REDACTED", "[REDACTED]")

    found = apart(text, [replace(whole, span=Span(8, text.index(".")))], "[REDACTED]")

    assert [text[each.span.start : each.span.end] for each in found] == ["Roe", "at Mercy"]


def test_nothing_but_our_own_pseudonyms_passes_for_a_mark() -> None:
    document, [whole] = marked("Seen by [(NAME:garcia)|NAME].")
    text = document.text.replace("(", "[").replace(")", "]")

    assert len(apart(text, [whole], "[REDACTED]")) == 1


def test_leads_every_offset_back() -> None:
    redaction = redaction_of("Mr. [John Doe|NAME] has fever.", everything(Operator.MASK))
    text = redaction.document.text
    fever = Span(text.index("fever"), text.index("fever") + 5)

    back = offsets_of(redaction).to_original(fever)

    assert "Mr. John Doe has fever."[back.start : back.end] == "fever"
    assert offsets_of(redaction).to_original(redaction.replacements[0].place) == Span(4, 12)
