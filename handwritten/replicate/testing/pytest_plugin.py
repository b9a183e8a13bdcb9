"""The fixtures that pytest offers where this distribution is installed; nothing starts before a test asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._fake import FakeReplicate


@pytest.fixture
def fake_replicate() -> Iterator[FakeReplicate]:
    """The Replicate API, played as the test scripts it; every client of the hosted service reaches it instead.

    `REPLICATE_BASE_URL` and `REPLICATE_API_TOKEN` are set too, for other processes.
    """
    from ._fake import FakeReplicate
    from ._redirecting import lead_clients_to, skip_pauses

    with FakeReplicate() as fake, lead_clients_to(fake.url, fake.token), skip_pauses(fake.time):
        yield fake
