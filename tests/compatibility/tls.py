"""Putting a live engine behind TLS, because the official client takes only `https:` URLs for files; used by one script.

The certificate is made by the command `openssl`, for this machine's loopback address.
"""

import asyncio
import contextlib
import ssl
import subprocess
import threading


def make_certificate(directory):
    """Make a certificate and its key, and return their paths."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=engine"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@contextlib.contextmanager
def behind_tls(port, certificate, key):
    """Serve what listens on a port over TLS too, and yield the URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.new_event_loop()

    async def serve(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await _pass_on(reader, writer, port)
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()


async def _pass_on(reader, writer, port):
    """Pass one request on, saying that it came over TLS, and its answer back; one connection serves one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
    there, back = await asyncio.open_connection("127.0.0.1", port)
    back.write(b"\r\n".join([*lines, b"X-Forwarded-Proto: https", b"Connection: close", b"", b""]))
    sending = asyncio.create_task(_copy(reader, back))
    try:
        await _copy(there, writer)
    finally:
        sending.cancel()
        back.close()


async def _copy(source, target):
    while chunk := await source.read(65536):
        target.write(chunk)
        await target.drain()
