"""local/negative: the negative of a PNG picture, decoded and encoded in plain Python."""

import struct
import tempfile
import zlib
from pathlib import Path as PathlibPath

from cog import BasePredictor, Input, Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MAX_PIXELS = 4_000_000
_INVERTED = bytes(255 - value for value in range(256))


class Predictor(BasePredictor):
    def predict(
        self, image: Path = Input(description="A PNG file of at most 4 megapixels, 8 bits per channel.")
    ) -> Path:
        chunks = _chunks(image.read_bytes())
        width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
        if depth != 8 or interlace:
            raise ValueError("only PNG files with 8 bits per channel and without interlacing can be read")
        if width * height > _MAX_PIXELS:
            raise ValueError(f"the picture has {width * height} pixels; the most is {_MAX_PIXELS}")
        print(f"Read {width} x {height} pixels")
        if colour == 3:
            chunks[b"PLTE"] = chunks[b"PLTE"].translate(_INVERTED)
        else:
            chunks[b"IDAT"] = _inverted(zlib.decompress(chunks[b"IDAT"]), width, height, _CHANNELS[colour])
        path = PathlibPath(tempfile.mkdtemp()) / f"{image.stem}-negative.png"
        path.write_bytes(_png(chunks))
        return Path(path)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    if not data.startswith(_SIGNATURE):
        raise ValueError("the file is not a PNG picture")
    chunks: dict[bytes, bytes] = {}
    position = len(_SIGNATURE)
    while position + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        kind = data[position + 4 : position + 8]
        chunks[kind] = chunks.get(kind, b"") + data[position + 8 : position + 8 + length]
        position += length + 12
    if b"IHDR" not in chunks or b"IDAT" not in chunks:
        raise ValueError("the PNG picture is incomplete")
    return chunks


def _inverted(filtered: bytes, width: int, height: int, channels: int) -> bytes:
    stride = width * channels
    if len(filtered) < (stride + 1) * height:
        raise ValueError("the PNG picture is incomplete")
    above = bytearray(stride)
    rows: list[bytes] = []
    for number in range(height):
        start = number * (stride + 1)
        row = bytearray(filtered[start + 1 : start + 1 + stride])
        _unfilter(filtered[start], row, above, channels)
        above = row
        rows.append(b"\0" + _invert_row(row, channels))
    return zlib.compress(b"".join(rows), 9)


def _invert_row(row: bytearray, channels: int) -> bytes:
    inverted = bytearray(row.translate(_INVERTED))
    if channels in (2, 4):  # transparency stays
        inverted[channels - 1 :: channels] = row[channels - 1 :: channels]
    return bytes(inverted)


def _unfilter(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    if kind == 0:
        return
    for index in range(len(row)):
        left = row[index - step] if index >= step else 0
        up = above[index]
        corner = above[index - step] if index >= step else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, corner)
        row[index] = (row[index] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    distances = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
    return (left, up, corner)[distances.index(min(distances))]


def _png(chunks: dict[bytes, bytes]) -> bytes:
    kept = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]
    parts = [_SIGNATURE]
    for kind in kept:
        if kind in chunks:
            data = chunks[kind]
            parts.append(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return b"".join(parts)
