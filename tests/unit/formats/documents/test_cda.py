"""CDA documents as text: the narrative in its order, entries where they are all there is, and nothing fetched."""

from __future__ import annotations

from base64 import b64encode

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.cda.reading import read
from epicrisis.formats.documents.kinds import Kind, kind_of

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <title>Discharge summary</title><effectiveTime value="202302310915"/><languageCode code="{language}"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.4.1" extension="000-00-0000"/><patient>
    <name><given>Ana</given><family>Ruiz</family><family>Prueba</family></name>
    <administrativeGenderCode code="F"/><birthTime value="19500231"/>
  </patient></patientRole></recordTarget>
  <author><assignedAuthor><assignedPerson><name>Dr. Nadie</name></assignedPerson></assignedAuthor></author>
  <component>"""
TAIL = "</component></ClinicalDocument>"

ALLERGIES = """<section><title>Allergies</title><text>
    <table><thead><tr><th>Substance</th><th>Reaction</th></tr></thead>
      <tbody><tr><td ID="a1">Penicillin</td><td><list><item>Hives</item><item>Wheezing</item></list></td></tr></tbody>
    </table></text></section>"""
COURSE = """<section><title>Hospital course</title><text>
    <paragraph>Treated for <content styleCode="Bold">pneumonia</content><content revised="delete"> and sepsis</content>.
    </paragraph>
    <list listType="ordered"><item>Home<br/>on Monday</item><item>Clinic</item></list></text>
    <component><section><title>Diet</title><text>Low salt.
      No alcohol.</text></section></component></section>"""


def document(*sections: str, language: str = "en") -> bytes:
    body = "".join(f"<component>{section}</component>" for section in sections)
    return (HEAD.format(language=language) + f"<structuredBody>{body}</structuredBody>" + TAIL).encode()


def read_one(data: bytes) -> str:
    (parsed,) = read(data, Limits())
    return parsed.file.text


def test_writes_who_and_when_and_then_the_sections_in_order() -> None:
    text = read_one(document(ALLERGIES, COURSE))

    assert text == (
        "Patient: Ana Ruiz Prueba\n"
        "Date of birth: 1950-02-31\n"
        "Sex: female\n"
        "Document: Discharge summary, 2023-02-31 09:15\n"
        "Author: Dr. Nadie\n"
        "\n"
        "ALLERGIES:\n- Penicillin: Hives, Wheezing\n"
        "\n"
        "HOSPITAL COURSE:\nTreated for pneumonia.\n1. Home\non Monday\n2. Clinic\n"
        "\n"
        "DIET:\nLow salt.\nNo alcohol."
    )


def table(*rows: str, title: str = "Allergies") -> str:
    """Return a section with a table whose first row is its header; cells stand between bars."""
    header, *others = (row.split("|") for row in rows)
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in others)
    written = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<section><title>{title}</title><text>{written}</text></section>"


ALLERGY_TABLES = [
    (
        ("Substance|Reaction|Severity", "Penicillin|Anaphylaxis|Severe", "Codeine|Nausea|", "Latex||Mild"),
        "- Penicillin: Anaphylaxis, Severe\n- Codeine: Nausea\n- Latex, Mild",
    ),
    (
        ("Allergen|Status|Reaction|Severity", "Kiwi|Active|Hives|High"),
        "- Kiwi: Hives (Status: Active, Severity: High)",
    ),
    (
        ("Alérgeno|Reacción|Gravedad", "Penicilina|Anafilaxia|Grave"),
        "- Penicilina: Anafilaxia, Grave",
    ),
    (("Allergy|Type|Status", "Latex|Food|Active"), "- Latex (Type: Food, Status: Active)"),
    # Neither a row that is not its header's nor a table of anything else is told in another way.
    (("Substance|Reaction", "Latex|Rash", "Codeine"), "- Latex: Rash\nSubstance\tReaction\nCodeine"),
    (("Substance|Use", "Tobacco|Former"), "Substance\tUse\nTobacco\tFormer"),
]


@pytest.mark.parametrize(("rows", "told"), ALLERGY_TABLES, ids=[case[0][0] for case in ALLERGY_TABLES])
def test_says_of_each_allergy_in_a_table_what_its_cells_are(rows: tuple[str, ...], told: str) -> None:
    text = read_one(document(table(*rows)))

    assert text.partition("\n\n")[2] == "ALLERGIES:\n" + told


def test_cells_that_span_others_leave_a_table_as_it_is() -> None:
    section = table("Substance|Reaction", "Latex|Rash").replace("<td>Latex", '<td rowspan="2">Latex')

    assert read_one(document(section)).endswith("ALLERGIES:\nSubstance\tReaction\nLatex\tRash")


def test_is_found_by_what_it_holds() -> None:
    assert kind_of(document(ALLERGIES)) is Kind.CDA


def test_tells_entries_for_a_section_without_words() -> None:
    problem = """<section><title>Problems</title><entry><act><code code="CONC"/>
        <entryRelationship><observation negationInd="{negated}"><code code="55607006" displayName="Problem"/>
          <effectiveTime><low value="20200131"/></effectiveTime>
          <value xsi:type="CD" displayName="Asthma"/></observation></entryRelationship></act></entry></section>"""
    relative = """<section><title>Family history</title><entry><organizer>
        <subject><relatedSubject><code displayName="Mother"/></relatedSubject></subject>
        <component><observation><code code="55607006"/><value xsi:type="CD" displayName="Breast cancer"/></observation>
        </component></organizer></entry></section>"""
    result = """<section><title>Results</title><text/><entry><organizer><component><observation>
        <code displayName="Potassium"/><value xsi:type="PQ" value="5.9" unit="mmol/L"/><interpretationCode code="H"/>
        <referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="3.5" unit="mmol/L"/>
          <high value="5.1" unit="mmol/L"/></value></observationRange></referenceRange>
        </observation></component></organizer></entry></section>"""
    drug = """<section><title>Medications</title><entry><substanceAdministration>
        <effectiveTime xsi:type="PIVL_TS"><period value="12" unit="h"/></effectiveTime>
        <routeCode displayName="oral"/><doseQuantity value="500" unit="mg"/>
        <consumable><manufacturedProduct><manufacturedMaterial><code displayName="Amoxicillin"/></manufacturedMaterial>
        </manufacturedProduct></consumable>
        <entryRelationship typeCode="RSON"><observation><code code="ASSERTION"/>
          <value xsi:type="CD" displayName="pneumonia"/></observation></entryRelationship>
        </substanceAdministration></entry></section>"""

    text = read_one(document(problem.format(negated="true"), problem.format(negated="false"), relative, result, drug))

    assert text.partition("\n\n")[2] == (
        "PROBLEMS:\n- No Asthma, 2020-01-31\n- Asthma, 2020-01-31\n\n"
        "FAMILY HISTORY:\n- Mother: Breast cancer\n\n"
        "RESULTS:\n- Potassium: 5.9 mmol/L (3.5-5.1) H\n\n"
        "MEDICATIONS:\n- Amoxicillin, 500 mg, oral, every 12 hours, for pneumonia"
    )


def test_writes_its_head_in_the_language_of_the_document() -> None:
    assert read_one(document(ALLERGIES, language="es-ES")).startswith("Paciente: Ana Ruiz Prueba\nFecha de nacimiento:")


def test_reads_a_body_that_is_a_file() -> None:
    body = f'<nonXMLBody><text mediaType="text/plain" representation="B64">{b64encode(b"Cough since Monday.").decode()}'

    parsed = read((HEAD.format(language="en") + body + "</text></nonXMLBody>" + TAIL).encode(), Limits())

    assert [(each.file.kind, each.file.name) for each in parsed] == [(Kind.CDA, ""), (Kind.TEXT, "nonXMLBody")]
    assert parsed[1].file.text == "Cough since Monday."


def test_fetches_no_body_that_is_elsewhere() -> None:
    body = '<nonXMLBody><text mediaType="application/pdf"><reference value="http://example.invalid/note.pdf"/></text>'

    (parsed,) = read((HEAD.format(language="en") + body + "</nonXMLBody>" + TAIL).encode(), Limits())

    assert parsed.file.warnings == ("Attachments kept elsewhere: 1. Nothing is fetched; send them too.",)


@pytest.mark.parametrize("data", [b"", b"<", b"<html/>", b"<ClinicalDocument/>", b"\xff\xfe<\0", document()[:-9]])
def test_refuses_what_is_no_document_or_holds_nothing(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read(data, Limits())
