"""A WebM recording as a browser writes one, made from an Ogg Opus file: no package we test with writes WebM.

Matroska (RFC 9559) with Opus as in RFC 9559, A_OPUS; pages of Ogg as in RFC 3533.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FRAME = 20  # milliseconds of sound in a packet, as our encoder makes them


def webm(ogg: bytes) -> bytes:
    """Return the sound of the Ogg Opus file ``ogg`` in a WebM container."""
    head, _, *packets = _packets(ogg)
    track = [
        _element(0xD7, b"\x01"),
        _element(0x73C5, b"\x01"),
        _element(0x83, b"\x02"),
        _element(0x86, b"A_OPUS"),
        _element(0x63A2, head),
        _element(0xE1, _element(0xB5, struct.pack(">d", 48_000.0)) + _element(0x9F, head[9:10])),
    ]
    info = _element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + _element(0x4D80, b"tests") + _element(0x5741, b"tests")
    blocks = [
        _element(0xA3, b"\x81" + struct.pack(">h", number * _FRAME) + b"\x80" + packet)
        for number, packet in enumerate(packets)
    ]
    cluster = _element(0x1F43B675, _element(0xE7, b"\x00") + b"".join(blocks))
    segment = _element(0x1549A966, info) + _element(0x1654AE6B, _element(0xAE, b"".join(track))) + cluster
    header = _element(0x4282, b"webm") + _element(0x4287, b"\x04") + _element(0x4285, b"\x02")
    return _element(0x1A45DFA3, header) + _element(0x18538067, segment)


def _element(identity: int, content: bytes) -> bytes:
    name = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    return name + (1 << 56 | len(content)).to_bytes(8, "big") + content


def _packets(ogg: bytes) -> Iterator[bytes]:
    at, packet = 0, b""
    while ogg[at : at + 4] == b"OggS":
        sizes = ogg[at + 27 : at + 27 + ogg[at + 26]]
        at += 27 + len(sizes)
        for size in sizes:
            packet += ogg[at : at + size]
            at += size
            if size < 255:
                yield packet
                packet = b""
