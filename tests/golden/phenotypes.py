"""Names of phenotypes as clinicians write them, each with the term of the Human Phenotype Ontology it means."""

from __future__ import annotations

CASES = [
    ("Dandy-Walker malformation", "HP:0001305"),
    ("Arnold-Chiari malformation", "HP:0002308"),
    ("absent reflexes", "HP:0001284"),
    ("anaemia", "HP:0001903"),
    ("ataxic gait", "HP:0002066"),
    ("autistic behaviour", "HP:0000729"),
    ("blood in the urine", "HP:0000790"),
    ("bowed legs", "HP:0002979"),
    ("café-au-lait spots", "HP:0000957"),
    ("cataracts", "HP:0000518"),
    ("clubfoot", "HP:0001762"),
    ("coloboma of the iris", "HP:0000612"),
    ("cross-eyed", "HP:0000486"),
    ("droopy eyelids", "HP:0000508"),
    ("easy bruising", "HP:0000978"),
    ("enlarged liver", "HP:0002240"),
    ("flat feet", "HP:0001763"),
    ("fused toes", "HP:0001770"),
    ("gum bleeding", "HP:0000225"),
    ("hair loss", "HP:0001596"),
    ("high arched palate", "HP:0000218"),
    ("HTN", "HP:0000822"),
    ("hypocalcemic", "HP:0002901"),
    ("hypoglycaemia", "HP:0001943"),
    ("kidney stones", "HP:0000787"),
    ("long QT", "HP:0001657"),
    ("low muscle tone", "HP:0001252"),
    ("missing teeth", "HP:0009804"),
    ("microcephalic", "HP:0000252"),
    ("myoclonic jerks", "HP:0001336"),
    ("nosebleeds", "HP:0000421"),
    ("proximal muscle weakness", "HP:0003701"),
    ("retinitis pigmentosa", "HP:0000510"),
    ("scoliosis", "HP:0002650"),
    ("seizures", "HP:0001250"),
    ("small jaw", "HP:0000347"),
    ("SOB", "HP:0002094"),
    ("undescended testes", "HP:0000028"),
    ("VSD", "HP:0001629"),
    ("wide-spaced eyes", "HP:0000316"),
]

# What is no phenotype has no code.
NONE = ["follow-up visit", "penicillin", "the patient", "good health", "lives alone", "Zellerqvist", ""]

# What we know it cannot read yet, with what it should say, and why it does not.
WEAK = [
    ("shortening of the big toes", "HP:0010109", "the list of phrases has no plural of so short a word as toe"),
    ("anxious mood", "HP:0000739", "no list says that anxious is anxiety"),
]
