"""What a sentence proposes, apart from what it says of the record: a proposal names what is not there."""

from __future__ import annotations

import re

# A proposal to measure INR names INR, says when it was last measured, and ends in what it goes by (ACCP 2012).
_MEASURE = re.compile(r"^(?P<verb>Consider measuring|Valorar medir|Valorar repetir) [^:]{3,80}:")
_BASIS = re.compile(r" \((?=[^()]*: [A-Z])[^()]*\)(?=\.?$)")


def of_record(text: str) -> str:
    """Return ``text`` without the test it proposes to measure, and without the publication that it goes by."""
    return _MEASURE.sub(lambda found: found["verb"] + ":", _BASIS.sub("", text))
