from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.errors import InvalidWordList
from epicrisis.formats.word_tables import word_table

ENGLISH = 'source = "us"\n[words]\nnote = "Note"\nsince = "since {}"\n'


@pytest.mark.parametrize(
    ("spanish", "message"),
    [
        ('source = "us"\n[words]\nnote = "Nota"\n', "differ in ['since']"),
        ('source = "us"\n[words]\nsince = "desde {}"\nnote = "Nota"\n', "sorted"),
        ('source = "us"\n[words]\nnote = " "\nsince = "desde {}"\n', "blank"),
        ('[words]\nnote = "Nota"\nsince = "desde {}"\n', "no `source`"),
        ('source = "us"\n', "one table"),
        ("note", "one table"),
    ],
)
def test_a_table_that_breaks_its_rules_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spanish: str, message: str
) -> None:
    name = f"words_{tmp_path.name}"
    package = tmp_path / name
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "en.toml").write_text(ENGLISH, encoding="utf-8")
    (package / "es.toml").write_text(spanish, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(InvalidWordList) as refused:
        word_table(name, "es")

    assert message in str(refused.value)
    assert word_table(name, "en") == {"note": "Note", "since": "since {}"}
