from __future__ import annotations

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.audio.sniffing import AudioKind, after_tags, first_frame, kind_of

# Two frames of silence, MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes each.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)
TAG = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", AudioKind.WAV),
        (b"fLaC\x00\x00\x00\x22", AudioKind.FLAC),
        (TAG + b"fLaC\x00\x00\x00\x22", AudioKind.FLAC),
        (b"OggS\x00\x02", AudioKind.OGG),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81", AudioKind.WEBM),
        (b"\x00\x00\x00\x1cftypM4A \x00\x00", AudioKind.M4A),
        (FRAME + FRAME, AudioKind.MP3),
        (TAG + bytes(40) + FRAME + FRAME, AudioKind.MP3),
    ],
)
def test_a_recording_is_what_its_first_bytes_say(begins: bytes, kind: AudioKind) -> None:
    assert kind_of(begins) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/part.ts\n",
        TAG + b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/part.ts\n",
        b"ffconcat version 1.0\nfile '/etc/hostname'\n",
        b"RIFF\x24\x00\x00\x00AVI LIST",
        b"%PDF-1.7\n",
        b"The patient denies fever.",
        b"\xff\xfe\x00\x00" + bytes(2_000),
        bytes(5_000),
    ],
    ids=["playlist", "tagged playlist", "list of files", "film", "pdf", "text", "marked text", "zeros"],
)
def test_what_is_no_recording_is_refused_with_what_is_read(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="send WAV, MP3, M4A, OGG, FLAC or WebM"):
        kind_of(content)


def test_an_empty_file_is_refused_as_one() -> None:
    with pytest.raises(UnreadableDocument, match="empty"):
        kind_of(b"")


def test_a_tag_that_says_it_is_longer_than_the_file_ends_with_it() -> None:
    assert after_tags(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f") == 10


def test_the_first_frame_is_one_that_another_follows() -> None:
    lone = b"\xff\xfb\x90\x00" + bytes(100)

    assert first_frame(lone + FRAME + FRAME) == len(lone)
