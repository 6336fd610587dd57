from __future__ import annotations

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.text import read


def test_a_text_is_kept_to_the_letter() -> None:
    text = "Denies fever.\r\n\r\n\tBP 120/80\f  \n"

    [parsed] = read(text.encode(), Limits())

    assert parsed.file.text == text
    assert (parsed.file.pages, parsed.file.placed, parsed.pictures) == ((), (), ())


def test_letters_that_cannot_be_told_are_said() -> None:
    [parsed] = read("niño, año, señor ".encode() * 4 + b"\xf1", Limits())

    assert parsed.file.warnings == ("1 letters are not utf-8 and show as U+FFFD; save the file as UTF-8.",)
