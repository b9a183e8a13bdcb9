"""local/julia: pictures of Julia sets whose shape and colours follow from a prompt, drawn in plain Python."""

import colorsys
import hashlib
import random
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path as PathlibPath

from cog import BasePredictor, Input, Path, current_scope

_ITERATIONS = 48


class Predictor(BasePredictor):
    def predict(
        self,
        prompt: str = Input(description="Any text; it decides the shape and the colours."),
        width: int = Input(description="Width in pixels.", default=256, ge=16, le=512),
        height: int = Input(description="Height in pixels.", default=256, ge=16, le=512),
        num_outputs: int = Input(description="How many pictures to draw.", default=1, ge=1, le=4),
        seed: int | None = Input(
            description="The same seed gives the same pictures; random if left out.", default=None
        ),
    ) -> list[Path]:
        if seed is None:
            seed = random.SystemRandom().randrange(2**32)
        print(f"Using seed: {seed}")
        directory = PathlibPath(tempfile.mkdtemp())
        paths: list[Path] = []
        for number in range(num_outputs):
            digest = hashlib.sha256(f"{prompt}\0{seed + number}".encode("utf-8", "replace")).digest()
            pixels = self._draw(digest, width, height, number, num_outputs)
            path = directory / f"out-{number}.png"
            path.write_bytes(_png(pixels, width, height))
            paths.append(Path(path))
        current_scope().record_metric("image_count", num_outputs)
        return paths

    def _draw(self, digest: bytes, width: int, height: int, number: int, total: int) -> bytearray:
        # Points near the edge of the main cardioid of the Mandelbrot set have the most interesting Julia sets.
        angle = digest[0] / 256 * 6.283185307179586
        edge = complex(0.5, 0) * _unit(angle) - complex(0.25, 0) * _unit(2 * angle)
        c = edge * (1.02 + digest[1] / 256 * 0.06)
        palette = _palette(digest)
        pixels = bytearray()
        began = time.monotonic()
        scale = 3.0 / min(width, height)
        for row in range(height):
            imaginary = (row - height / 2) * scale
            for column in range(width):
                z = complex((column - width / 2) * scale, imaginary)
                count = 0
                while count < _ITERATIONS and z.real * z.real + z.imag * z.imag < 4.0:
                    z = z * z + c
                    count += 1
                pixels += palette[count]
            done = row + 1
            if done == height or done % max(1, height // 8) == 0:
                _progress(number * height + done, total * height, began)
        return pixels


def _unit(angle: float) -> complex:
    import cmath

    return cmath.exp(1j * angle)


def _palette(digest: bytes) -> list[bytes]:
    hue, turn = digest[2] / 256, 0.3 + digest[3] / 512
    colours: list[bytes] = []
    for step in range(_ITERATIONS):
        share = step / _ITERATIONS
        red, green, blue = colorsys.hsv_to_rgb((hue + turn * share) % 1.0, 0.75 - 0.4 * share, 0.15 + 0.85 * share**0.5)
        colours.append(bytes((int(red * 255), int(green * 255), int(blue * 255))))
    return [*colours, b"\x08\x08\x10"]


def _progress(done: int, total: int, began: float) -> None:
    """Write a line as the progress bars of most image models look."""
    share = done / total
    bar = "█" * int(share * 10) + " " * (10 - int(share * 10))
    seconds = time.monotonic() - began
    print(f"{int(share * 100):3d}%|{bar}| {done}/{total} [00:{int(seconds):02d}<00:00]", file=sys.stderr)


def _png(pixels: bytearray, width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    stride = width * 3
    rows = b"".join(b"\0" + pixels[row * stride : (row + 1) * stride] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
