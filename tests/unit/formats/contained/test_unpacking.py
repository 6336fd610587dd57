from __future__ import annotations

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.unpacking import unpacked
from tests.office import zipped


def test_an_archive_within_the_limits_is_its_entries() -> None:
    assert unpacked(zipped({"a/b.txt": "Denies fever.", "c/": ""}), Limits()) == {"a/b.txt": b"Denies fever."}


@pytest.mark.parametrize(
    ("entries", "limits", "says"),
    [
        pytest.param({"a": "", "b": ""}, Limits(entries=1), "2 parts, more than 1", id="entries"),
        pytest.param({"a": "x" * 50}, Limits(unpacked=40), "unpacks to 50 bytes", id="size"),
        pytest.param({"a": b" " * 2_000_000}, Limits(), "100 for each packed", id="ratio"),
        pytest.param({"../a": ""}, Limits(), "outside itself", id="a place outside"),
    ],
)
def test_what_is_over_them_is_refused_before_it_is_unpacked(
    entries: dict[str, bytes | str], limits: Limits, says: str
) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        unpacked(zipped(entries), limits)
