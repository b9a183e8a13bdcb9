"""PNG pictures for tests: written with any filter, read back without one; nothing of the models is used."""

import struct
import zlib

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def make_png(width: int, height: int, colour: int, pixels: bytes, *, filter_kind: int = 0, depth: int = 8) -> bytes:
    """Return a PNG file of these pixels, each row filtered in the given way."""
    step = _CHANNELS[colour]
    stride = width * step
    rows = [pixels[start : start + stride] for start in range(0, len(pixels), stride)]
    above = bytes(stride)
    data = b""
    for row in rows:
        data += bytes([filter_kind]) + bytes(
            (value - _guess(filter_kind, row, above, index, step)) & 255 for index, value in enumerate(row)
        )
        above = row
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(data)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def decode_png(data: bytes) -> tuple[int, int, bytes]:
    """Return width, height and pixels of a PNG file whose rows are not filtered."""
    position, found = 8, {}
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        found[data[position + 4 : position + 8]] = data[position + 8 : position + 8 + length]
        position += length + 12
    width, height, depth, colour = struct.unpack_from(">IIBB", found[b"IHDR"])
    assert depth == 8
    stride = width * _CHANNELS[colour] + 1
    raw = zlib.decompress(found[b"IDAT"])
    rows = [raw[start : start + stride] for start in range(0, len(raw), stride)]
    assert all(row[0] == 0 for row in rows)
    return width, height, b"".join(row[1:] for row in rows)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _guess(kind: int, row: bytes, above: bytes, index: int, step: int) -> int:
    left = row[index - step] if index >= step else 0
    corner = above[index - step] if index >= step else 0
    up = above[index]
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))
