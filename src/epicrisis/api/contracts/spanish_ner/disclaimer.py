"""What the answers of contract N are good for, in both languages: the original said so beside its models."""

from __future__ import annotations

SPANISH = (
    "Estos modelos tienen una finalidad general, y pueden equivocarse y tener sesgos. Ayudan a quien lee un texto "
    "clínico y no sustituyen su juicio: no son un producto sanitario, y nadie debe decidir sobre un paciente sin "
    "comprobar antes cada hallazgo en el texto. Quien los use, o los incorpore a otro sistema, responde de evaluar sus "
    "riesgos y de cumplir la normativa aplicable, también la relativa a la inteligencia artificial."
)
ENGLISH = (
    "These models serve a general purpose, can be wrong and can be biased. They help whoever reads a clinical text and "
    "do not replace their judgement: they are no medical device, and nobody should decide about a patient before every "
    "finding has been checked against the text. Whoever uses them, or builds them into another system, is responsible "
    "for assessing the risks and for keeping the rules that apply, those on artificial intelligence included."
)

# In short and in ASCII, for that is what a header can carry everywhere; GET /disclaimer has the whole of it.
HEADERS = {
    "X-Disclaimer": "es: No sustituye a un profesional; compruebe cada hallazgo en el texto. "
    "en: No substitute for a professional; check every finding against the text. See GET /disclaimer."
}
