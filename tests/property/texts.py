"""Texts as notes can be, and worse: every script, invisible characters, line ends of all systems."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = [
    "Denies fever",
    "Dr. Prueba saw her",
    "Lasix 40 mg p.o. b.i.d.",
    "BP 120/80",
    "ALLERGIES:",
    "PLAN: 1.",
    "2)",
    "- aspirin",
    "• Dolor torácico",
    "¿Fiebre?",
    "4.7 cm",
    "...",
    ".",
    ",",
    ":",
    '"quoted."',
    "(see above)",
    "PHYSICAL EXAM",
    "LUNGS: clear",
    " ",
    "   ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\f",
    "\x00",
    "\u00a0",
    "\u00ad",
    "\u200b",
    "\u2028",
    "\ufeff",
    "e\u0301",
    "𝔸",
    "👩\u200d⚕️",
    "حُمّى.",
    "發燒。",
]

# Hypothesis draws no lone surrogates here: a document with one is refused before anybody reads it.
anything = st.text(max_size=200)
notes = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=40).map("".join)
texts = st.one_of(notes, anything)
languages = st.sampled_from(["en", "es"])

# Whether a whole note is written in capitals is seen from all of it, so these hold enough small letters.
_OPENING = "The patient was seen today with her daughter, who had noticed a cough at home in the last days.\n\n"
paragraphs = st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(lambda parts: _OPENING + "".join(parts))
