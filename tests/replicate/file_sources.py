"""Files of every kind that a caller may hand over, and the parts of the request in which they arrive; no tests."""

import codecs
import io
import os
import tempfile
from email.parser import BytesParser

CONTENT = b"0123456789" * 20


class OnlyRead:
    """A file with nothing but `read`."""

    def __init__(self, content):
        self._content = io.BytesIO(content)

    def read(self, size=-1):
        return self._content.read(size)


class ReadsText(OnlyRead):
    def read(self, size=-1):
        return self._content.read(size).decode()


class Zeros(io.RawIOBase):
    """A large file of zeros, which are made as they are read."""

    def __init__(self, size, *, seekable=True):
        self.size, self.place, self.can_seek = size, 0, seekable

    def readable(self):
        return True

    def seekable(self):
        return self.can_seek

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    def tell(self):
        return self.place

    def readinto(self, buffer):
        count = min(len(buffer), self.size - self.place)
        buffer[:count] = bytes(count)
        self.place += count
        return count


def named(file, name):
    file.name = name
    return file


def spooled(content):
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - closed by the test
    file.write(content)
    return file


def piped(content):
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return os.fdopen(reader, "rb")


def at_its_end(file):
    file.seek(0, io.SEEK_END)
    return file


UNNAMED = {
    "bytes": lambda: CONTENT,
    "bytearray": lambda: bytearray(CONTENT),
    "memoryview": lambda: memoryview(CONTENT),
    "BytesIO": lambda: io.BytesIO(CONTENT),
    "BytesIO at its end": lambda: at_its_end(io.BytesIO(CONTENT)),
    "StringIO": lambda: io.StringIO(CONTENT.decode()),
    "StringIO at its end": lambda: at_its_end(io.StringIO(CONTENT.decode())),
    "spooled": lambda: spooled(CONTENT),
    "pipe": lambda: piped(CONTENT),
    "only read": lambda: OnlyRead(CONTENT),
    "reads text": lambda: ReadsText(CONTENT),
    "codecs": lambda: codecs.getreader("utf-8")(io.BytesIO(CONTENT)),
}

OPENED = {
    "path": lambda path: path,
    "open in binary": lambda path: path.open("rb"),
    "open in text": lambda path: path.open(encoding="latin-1"),
    "open unbuffered": lambda path: path.open("rb", buffering=0),
    "open for both": lambda path: path.open("r+b"),
}


def parts_of(sent):
    """Return the parts of a multipart request: name, file name, media type and content of each."""
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + sent.body)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]
