"""local/identicon: one small symmetric picture for any text, the same text always giving the same picture."""

import colorsys
import hashlib
import struct
import tempfile
import zlib
from pathlib import Path as PathlibPath

from cog import BasePredictor, Input, Path

_CELLS = 5
_PAPER = b"\xf4\xf4\xf0"


class Predictor(BasePredictor):
    def predict(
        self,
        prompt: str = Input(description="Any text; it decides the pattern and the colour."),
        size: int = Input(description="Width and height in pixels.", default=240, ge=_CELLS + 1, le=2048),
    ) -> Path:
        digest = hashlib.sha256(prompt.encode("utf-8", "replace")).digest()
        print(f"Drawing {size} x {size} pixels")
        path = PathlibPath(tempfile.mkdtemp()) / "identicon.png"
        path.write_bytes(_png(_pixels(digest, size), size))
        return Path(path)


def _pixels(digest: bytes, size: int) -> bytes:
    """Return the rows of the picture, each behind the byte that says it is not filtered."""
    red, green, blue = colorsys.hls_to_rgb(digest[0] / 256, 0.35 + digest[1] / 1024, 0.55)
    ink = bytes((int(red * 255), int(green * 255), int(blue * 255)))
    cell = size // (_CELLS + 1)
    margin = (size - cell * _CELLS) // 2
    paper = _PAPER * size
    rows = list[bytes]()
    for line in range(_CELLS):
        row = bytearray(paper)
        for column in range(_CELLS):
            mirrored = min(column, _CELLS - 1 - column)
            if digest[2 + line * 3 + mirrored] & 1:
                start = (margin + column * cell) * 3
                row[start : start + cell * 3] = ink * cell
        rows += [b"\0" + bytes(row)] * cell
    blank = b"\0" + paper
    return blank * margin + b"".join(rows) + blank * (size - margin - cell * _CELLS)


def _png(rows: bytes, size: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
