"""What kind of recording some bytes are, by what they hold: nothing else is ever handed to a decoder."""

from __future__ import annotations

from enum import StrEnum

from epicrisis.errors import UnreadableDocument, UnsupportedDocument


class AudioKind(StrEnum):
    """The kinds of recordings that are read."""

    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"
    OGG = "ogg"
    FLAC = "flac"
    WEBM = "webm"


READ = "WAV, MP3, M4A, OGG, FLAC or WebM"
"""The same, for messages."""

# Where the first frame of an MP3 is looked for after its tags: some encoders pad with a few zeros.
_WITHIN = 4096
_TAG, _TAG_HEAD = b"ID3", 10
_FOOTER = 0x10
# ISO/IEC 11172-3 and 13818-3, layer III: kilobits a second by index, samples a second by version and index.
_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_LAYER_III, _FRAME_HEAD = 1, 4


def kind_of(data: bytes) -> AudioKind:
    """Return what ``data`` is, whatever its name.

    Raises:
        UnsupportedDocument: it is no recording of a kind that is read.
        UnreadableDocument: it is empty.
    """
    if not data:
        raise UnreadableDocument("The recording is empty; see that it was saved, and send it again.")
    begins = data[after_tags(data) :][:12]
    if begins.startswith(b"RIFF") and begins[8:12] == b"WAVE":
        return AudioKind.WAV
    if begins.startswith(b"fLaC"):
        return AudioKind.FLAC
    if begins.startswith(b"OggS"):
        return AudioKind.OGG
    if begins.startswith(b"\x1a\x45\xdf\xa3"):
        return AudioKind.WEBM
    if begins[4:8] == b"ftyp":
        return AudioKind.M4A
    if first_frame(data) is not None:
        return AudioKind.MP3
    raise UnsupportedDocument(f"This is no recording that is read here; send {READ}.")


def after_tags(data: bytes) -> int:
    """Return where the ID3 tags at the beginning of ``data`` end (id3.org, ID3v2.4.0, 3.1): 0 where there are none."""
    at = 0
    while data[at : at + len(_TAG)] == _TAG and len(data) >= at + _TAG_HEAD:
        size = 0
        for byte in data[at + 6 : at + _TAG_HEAD]:
            size = size << 7 | byte & 0x7F
        at += _TAG_HEAD + size + (_TAG_HEAD if data[at + 5] & _FOOTER else 0)
    return min(at, len(data))


def first_frame(data: bytes) -> int | None:
    """Return where the first frame of the MP3 ``data`` begins: one that another follows, or that is the last."""
    start = after_tags(data)
    at = data.find(b"\xff", start, start + _WITHIN)
    while at >= 0:
        length = _frame_length(data[at : at + _FRAME_HEAD])
        if length and (at + length == len(data) or _frame_length(data[at + length : at + length + _FRAME_HEAD])):
            return at
        at = data.find(b"\xff", at + 1, start + _WITHIN)
    return None


def _frame_length(head: bytes) -> int:
    """Return how many bytes the frame with this ``head`` has; 0 where it is none of layer III."""
    if len(head) < _FRAME_HEAD or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in _RATES or layer != _LAYER_III or not 0 < bitrate < 15 or rate == 3:
        return 0
    first = version == 3
    kilobits = _BITRATES[1 if first else 2][bitrate]
    return (144 if first else 72) * kilobits * 1000 // _RATES[version][rate] + padding
