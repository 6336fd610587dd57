"""C-CDA documents as records: what the entries of each section say, and the narrative of those that have none."""

from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import ClinicalStatus, Missing, PatientRecord, Reaction, Sex, UseStatus, Verification
from epicrisis.domain.records import Flag, Quantity, ReferenceRange, Use
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.patients.cda.reading import read
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.formats.patients.troubles import ELSEWHERE

SNOMED = "2.16.840.1.113883.6.96"
HEAD = """<languageCode code="es-ES"/><effectiveTime value="20130815"/><recordTarget><patientRole>
  <id root="1.2.3" extension="P-1"/><patient><name><given>Ana</given><family>Ruiz Prueba</family></name>
  <administrativeGenderCode code="F"/><birthTime value="19500228"/></patient></patientRole></recordTarget>"""


def section(code: str, *entries: str, text: str = "", title: str = "Section") -> str:
    told = "".join(f'<entry typeCode="DRIV">{each}</entry>' for each in entries)
    said = f'<code code="{code}"/><title>{title}</title><text>{text}</text>'
    return f"<component><section>{said}{told}</section></component>"


def record(*sections: str) -> PatientRecord:
    return document(f"<structuredBody>{''.join(sections)}</structuredBody>")


def document(body: str) -> PatientRecord:
    data = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{HEAD}<component>{body}</component></ClinicalDocument>"
    )
    told = read(data.encode(), Limits())
    return record_of(told.resources, missing=[Missing(*each) for each in told.missing])


def value(code: str, shown: str) -> str:
    return f'<value xsi:type="CD" code="{code}" displayName="{shown}" codeSystem="{SNOMED}"/>'


def times(low: str = "", high: str = "") -> str:
    start = f'<low value="{low}"/>' if low else ""
    end = {"": "", "UNK": '<high nullFlavor="UNK"/>'}.get(high, f'<high value="{high}"/>')
    return f"<effectiveTime>{start}{end}</effectiveTime>"


def concern(observation: str, status: str = "active") -> str:
    return (
        f'<act classCode="ACT" moodCode="EVN"><code code="CONC"/><statusCode code="{status}"/>'
        f'<entryRelationship typeCode="SUBJ">{observation}</entryRelationship></act>'
    )


def observation(inside: str, negated: str = "false", ident: str = "p1") -> str:
    return f'<observation negationInd="{negated}"><id root="1.2" extension="{ident}"/>{inside}</observation>'


def playing(code: str) -> str:
    return f"<participant><participantRole><playingEntity>{code}</playingEntity></participantRole></participant>"


def drug(inside: str = "", status: str = "active", negated: str = "false", mood: str = "EVN") -> str:
    product = "<manufacturedMaterial><code displayName='Albuterol'/></manufacturedMaterial>"
    material = f"<consumable><manufacturedProduct>{product}</manufacturedProduct></consumable>"
    return (
        f'<substanceAdministration moodCode="{mood}" negationInd="{negated}"><statusCode code="{status}"/>'
        f"{inside}{material}</substanceAdministration>"
    )


def test_says_who_it_is() -> None:
    identity = record().identity

    assert (identity.family, identity.given, identity.sex) == ("Ruiz Prueba", ("Ana",), Sex.FEMALE)
    assert (str(identity.born), identity.identifiers) == ("1950-02-28", (("urn:oid:1.2.3", "P-1"),))


@pytest.mark.parametrize(
    ("inside", "status", "clinical", "ended"),
    [
        (times("2010"), "active", ClinicalStatus.ACTIVE, None),
        (times("2010"), "completed", ClinicalStatus.INACTIVE, None),
        (times("2010", "2012"), "active", ClinicalStatus.RESOLVED, "2012"),
        (times("2010", "UNK"), "active", ClinicalStatus.RESOLVED, None),
        (
            times("2010")
            + "<entryRelationship><observation><code code='33999-4'/>"
            + value("277022003", "Remission")
            + "</observation></entryRelationship>",
            "active",
            ClinicalStatus.REMISSION,
            None,
        ),
    ],
)
def test_reads_a_problem_and_whether_it_is_over(
    inside: str, status: str, clinical: ClinicalStatus, ended: str | None
) -> None:
    (found,) = record(
        section("11450-4", concern(observation(inside + value("195967001", "Asthma")), status))
    ).conditions

    assert (found.concept.text, found.clinical, str(found.onset)) == ("Asthma", clinical, "2010")
    assert (found.ended and str(found.ended)) == ended
    assert (found.source.reference, found.categories) == ("Condition/p1", ("problem-list-item",))


def test_reads_what_is_negated_as_refuted_and_no_problems_as_none() -> None:
    lupus = concern(observation(value("200936003", "Lupus"), negated="true"))
    none = concern(observation(value("55607006", "Problem"), negated="true"))

    (found,) = record(section("11450-4", lupus, none)).conditions

    assert (found.concept.text, found.verification) == ("Lupus", Verification.REFUTED)


def test_takes_the_words_of_the_narrative_where_a_value_has_none() -> None:
    told = '<value xsi:type="CD" nullFlavor="OTH"><originalText><reference value="#p"/></originalText></value>'

    found = record(section("11450-4", concern(observation(told)), text='<content ID="p">Brittle nails</content>'))

    assert [each.concept.text for each in found.conditions] == ["Brittle nails"]
    assert found.notes == ()


def test_reads_an_allergy_with_its_reaction_and_not_its_severity_as_one() -> None:
    severity = f"<observation><code code='SEV'/>{value('24484000', 'Severe')}</observation>"
    hives = f"<observation>{value('247472004', 'Hives')}<entryRelationship>{severity}</entryRelationship></observation>"
    drug = playing("<code displayName='Penicillin'/>")
    told = observation(
        times("1998")
        + value("416098002", "Drug allergy")
        + drug
        + f'<entryRelationship typeCode="MFST">{hives}</entryRelationship>'
    )
    act = concern(told).replace("</act>", f'<entryRelationship typeCode="SUBJ">{severity}</entryRelationship></act>')

    (found,) = record(section("48765-2", act)).allergies

    assert (found.concept.text, found.clinical, found.categories) == (
        "Penicillin",
        ClinicalStatus.ACTIVE,
        ("medication",),
    )
    assert found.reactions == (Reaction(("Hives",), "severe"),)


@pytest.mark.parametrize(
    ("kind", "words"), [("419199007", "No known allergies"), ("416098002", "No known drug allergies")]
)
def test_says_that_there_are_no_known_allergies(kind: str, words: str) -> None:
    none = observation(value(kind, "Allergy") + playing("<code nullFlavor='NA'/>"), negated="true")

    (found,) = record(section("48765-2", concern(none))).allergies

    assert (found.concept.text, found.denied) == (words, True)


def test_reads_a_medication_with_its_dosage() -> None:
    inside = (
        '<effectiveTime xsi:type="IVL_TS"><low value="20110103"/></effectiveTime>'
        '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="6" unit="h"/></effectiveTime>'
        '<routeCode displayName="Inhalation"/><doseQuantity value="2" unit="mg"/>'
        "<precondition><criterion><text>wheezing</text></criterion></precondition>"
        f'<entryRelationship typeCode="RSON">{observation(value("195967001", "Asthma"))}</entryRelationship>'
    )

    (found,) = record(section("10160-0", drug(inside))).medications

    (dosage,) = found.dosages
    assert (found.concept.text, found.status, found.reasons) == ("Albuterol", UseStatus.ACTIVE, ("Asthma",))
    assert (str(found.period.start), found.period.end) == ("2011-01-03", None)
    assert (dosage.dose, dosage.route, dosage.as_needed) == (Quantity(2.0, "mg", "mg"), "Inhalation", True)
    assert (dosage.frequency, dosage.period_days) == (1.0, 0.25)


@pytest.mark.parametrize(
    ("section_code", "statement", "status"),
    [
        ("10160-0", drug(status="completed"), UseStatus.COMPLETED),
        ("10160-0", drug(status="aborted"), UseStatus.STOPPED),
        ("10160-0", drug(status="suspended"), UseStatus.ON_HOLD),
        ("10160-0", drug(negated="true"), UseStatus.NOT_TAKEN),
        ("18776-5", drug(mood="INT"), UseStatus.INTENDED),
    ],
)
def test_tells_what_became_of_a_medication(section_code: str, statement: str, status: UseStatus) -> None:
    assert [each.status for each in record(section(section_code, statement)).medications] == [status]


def test_reads_results_of_a_battery() -> None:
    glucose = (
        '<component><observation><code code="2345-7" displayName="Glucose" codeSystem="2.16.840.1.113883.6.1"/>'
        '<statusCode code="completed"/><value xsi:type="PQ" value="126" unit="mg/dL"/><interpretationCode code="H"/>'
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="70" unit="mg/dL"/>'
        '<high value="99" unit="mg/dL"/></value></observationRange></referenceRange></observation></component>'
    )
    unknown = '<code code="x" displayName="X"/><value xsi:type="PQ" nullFlavor="NI"/>'
    pending = f"<component>{observation(unknown)}</component>"
    battery = f'<organizer><statusCode code="completed"/>{times("20080319")}{glucose}{pending}</organizer>'

    (found,) = record(section("30954-2", battery)).observations

    assert (found.concept.text, found.quantity) == ("Glucose", Quantity(126.0, "mg/dL", "mg/dL"))
    assert (found.reference, found.flag, str(found.at)) == (ReferenceRange(70.0, 99.0), Flag.HIGH, "2008-03-19")


def test_reads_social_and_family_history() -> None:
    smoking = (
        '<observation><code code="72166-2" codeSystem="2.16.840.1.113883.6.1" displayName="Smoking"/>'
        f'<effectiveTime value="20120910"/>{value("8517006", "Ex-smoker")}</observation>'
    )
    dead = f'<entryRelationship typeCode="CAUS">{observation(value("419099009", "Dead"))}</entryRelationship>'
    father = (
        '<organizer><subject><relatedSubject><code code="FTH" displayName="father"/></relatedSubject></subject>'
        f"<component><observation>{value('22298006', 'Infarction')}{dead}</observation></component></organizer>"
    )

    found = record(section("29762-2", smoking), section("10157-6", father))

    assert [(each.words, each.use) for each in found.social] == [("Ex-smoker", Use.FORMER)]
    assert [(each.relative, each.is_dead, each.conditions[0].text) for each in found.family] == [
        ("father", True, "Infarction")
    ]


def test_reads_procedures_vaccines_visits_and_plans() -> None:
    colonoscopy = (
        '<procedure moodCode="EVN"><code displayName="Colonoscopy"/><statusCode code="completed"/>'
        '<effectiveTime value="20120512"/></procedure>'
    )
    refused = '<act moodCode="EVN" negationInd="true"><code displayName="Biopsy"/></act>'
    visit = f'<encounter><code displayName="Office visit"/>{times("20120927")}</encounter>'
    order = '<observation moodCode="RQO"><code displayName="Mammography"/></observation>'
    goal = f'<observation moodCode="GOL"><code code="x"/>{value("1", "Walk daily")}</observation>'

    found = record(
        section("47519-4", colonoscopy, refused),
        section("11369-6", drug(), drug(negated="true")),
        section("46240-8", visit),
        section("18776-5", order, goal),
    )

    assert [(each.concept.text, each.status) for each in found.procedures] == [
        ("Colonoscopy", Status.PRESENT),
        ("Biopsy", Status.ABSENT),
    ]
    assert [each.is_given for each in found.immunizations] == [True, False]
    assert [(each.concept.text, str(each.period.start)) for each in found.encounters] == [
        ("Office visit", "2012-09-27")
    ]
    assert [(each.concept.text, each.kind, each.is_open) for each in found.plans] == [
        ("Mammography", "ServiceRequest", True),
        ("Walk daily", "Goal", True),
    ]


def test_reads_as_notes_what_no_entry_says() -> None:
    found = record(
        section("10164-2", text="<paragraph>Disnea desde el lunes.</paragraph>", title="Enfermedad actual"),
        section("11450-4", concern(observation(value("195967001", "Asthma"))), text="Asma"),
        section("48768-6", text="Good Health Insurance"),
    )

    assert [(each.title, each.document.text, each.document.language) for each in found.notes] == [
        ("Enfermedad actual", "Enfermedad actual\nDisnea desde el lunes.", "es")
    ]


def test_reads_a_body_without_sections_and_names_one_that_is_elsewhere() -> None:
    here = document('<nonXMLBody><text mediaType="text/plain" representation="B64">RmV2ZXIu</text></nonXMLBody>')
    elsewhere = document('<nonXMLBody><text mediaType="text/plain"><reference value="u1"/></text></nonXMLBody>')

    assert [each.document.text for each in here.notes] == ["Fever."]
    assert here.missing == ()
    assert (elsewhere.notes, elsewhere.missing) == ((), (Missing("DocumentReference", ELSEWHERE),))


def test_keeps_apart_what_has_one_id() -> None:
    twice = (concern(observation(value(str(number), name))) for number, name in enumerate(("Asthma", "Gout"), start=1))

    found = record(section("11450-4", *twice)).conditions

    assert [each.source.reference for each in found] == ["Condition/p1", "Condition/p1-2"]


def test_drops_what_was_cancelled() -> None:
    assert record(section("11450-4", concern(observation(value("1", "Gout")), "nullified"))).conditions == ()
