from __future__ import annotations

from io import BytesIO

import pytest

from epicrisis.formats.contained.framing import Refused, received, send


def sent(message: object) -> BytesIO:
    stream = BytesIO()
    send(stream, message)
    stream.seek(0)
    return stream


def test_a_message_arrives_whole_and_a_refusal_as_one() -> None:
    refused = Refused("UnreadableDocument", "It is damaged.")

    assert received(sent("words")) == b"\xa5words"
    assert received(sent(refused)) == refused


@pytest.mark.parametrize("cut", [0, 5, 12])
def test_a_message_that_is_cut_is_an_end(cut: int) -> None:
    with pytest.raises(EOFError):
        received(BytesIO(sent("words").getvalue()[:cut]))


def test_a_message_that_says_it_is_too_long_is_not_read() -> None:
    with pytest.raises(EOFError):
        received(BytesIO(b"+" + b"\xff" * 8), most=1_000)
