from __future__ import annotations

import pytest

from tests.unit.text.marks import found, marked

ENGLISH = [
    # abbreviations inside a sentence, and closing one
    "Lasix 40 mg p.o. b.i.d. and aspirin q.4h. for pain.‖ Return p.r.n.",
    "Seen on a p.r.n. basis.‖ Return p.r.n.‖ The patient agrees.",
    "Lasix 40 mg p.o. b.i.d.‖ Zocor 20 mg q.h.s.‖ Continue both.",
    "Bleeding, infection, etc. were discussed.‖ Bleeding, infection, etc.‖ The patient signed.",
    "Call at 8 a.m. or at 5 p.m.‖ She slept until 9 a.m.‖ On Sunday she did not.",
    "Metastasis vs. primary, approx. 3 cm, i.e. small, e.g. Paget's.",
    "Tylenol No. 3 for pain.‖ See Fig. 2 and p. 4.‖ Rash: No.‖ The patient has none.‖ Pain: No.‖ I asked.",
    "Temp. 99.3, Resp. 22, Wt. 77 kg, Ht. 178 cm.",
    "Sent with Ana Ruiz, M.D., who agrees.‖ Sent by Ana Ruiz, M.D.‖ The film was read.",
    # titles, initials and letters that are neither
    "Dr. Prueba and Mrs. Ruiz agree.‖ A St. Jude valve was placed.",
    "Seen by Dr. X.‖ He is well.‖ Seen by Dr. X.‖ Chest films were read.",
    "Seen by J. Q. Prueba yesterday.‖ Then by Dr. A. Ruiz.",
    "He has hepatitis C.‖ Liver tests are normal.‖ Takes vitamin D.‖ Calcium is low.",
    "A total of 1 L.‖ Bleeding stopped.",
    "Grew E. coli and H. pylori.‖ S. aureus was not found.",
    "History of MS.‖ The gait is wide.‖ Interval 46 ms.‖ Sinus rhythm.",
    # numbers
    "A mass of 4.7 cm.‖ It grew from 3.2 x 1.5 cm.‖ Ki-67 is 0.8.‖ EF 55%.",
    "Alert and oriented x 3.‖ Pupils equal.‖ Fever of 102.‖ 2 days later she was well.",
    "Take 5 mg. 3 days later call us.‖ Code J18.9.‖ Done on 01/22/08.‖ Stable.",
    # small letters after a stop
    "no fever.‖ no cough.‖ lungs clear.",
    "CBC with diff. to rule out infection.",
    "Takes Zofran. p.r.n. and vitamin K.",
    # other stops
    "Is there pain?‖ No!‖ She waits... and waits.‖ Then...‖ She left…‖ He came back.",
    "Choledocholithiasis, ? cholecystitis.‖ Rule out (? embolus).",
    'He said "I hurt."‖ She left.‖ (Old films.)‖ "New ones."‖ [Reviewed.]‖ Done.',
    "His pain has improved.,‖ He will return.‖ Takes Norvasc q.d., Lasix b.i.d., Plavix.",
    # a lost space
    "No pain.‖The patient left.‖ See www.example.org for more.",
]

SPANISH = [
    "Valorada por la Dra. Ruiz y el Dr. Prueba.‖ Acude la Sra. Prueba.",
    "Paracetamol c/8h, p. ej. 500 mg v.o.‖ Acude hoy.‖ Metamizol 2 g i.v. si precisa.",
    "¿Tiene fiebre?‖ No.‖ ¡Ojo!‖ ¿Tos?‖ Sí.",
    "Hepatitis C.‖ Se pauta tto. con interferón.‖ Hepatitis C.‖ Biopsia normal.",
    "A las 8 a. m. come.‖ Toma 2 comp. al día, aprox. 5 días, vs. placebo.",
    "Véase la fig. 3 y la pág. 12.‖ Viaje a EE. UU. en mayo.",
    "Lesión de 2,5 cm.‖ Hb 12,3 g/dl.‖ Ca. de mama izq. en 2010.",
]


@pytest.mark.parametrize("case", ENGLISH)
def test_ends_english_sentences_where_a_reader_would(case: str) -> None:
    assert found(case) == marked(case)


@pytest.mark.parametrize("case", SPANISH)
def test_ends_spanish_sentences_where_a_reader_would(case: str) -> None:
    assert found(case, "es") == marked(case)


@pytest.mark.xfail(reason="a surname's initial after a title reads like the first of two names")
def test_ends_after_a_doctor_named_by_a_letter() -> None:
    case = "Followed by Dr. L.‖ Pain management has begun."

    assert found(case) == marked(case)
