"""Pages of the account's predictions: their filters, and reading their rows. Walks no pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from replicate_api.api.predictions import predictions_list
from replicate_api.models.prediction_page import PredictionPage
from replicate_api.types import UNSET, Unset

from ._listing import Cursor, RawPage, Rows, list_page
from ._quoted_values import quote_value
from ._timestamps import parse_filter_date
from .exceptions import InvalidArgumentError
from .prediction import Prediction

if TYPE_CHECKING:
    from replicate_api.models.prediction import Prediction as RawPrediction

    from ._wire import Wire
    from .client import Client
    from .pagination import Page

ROWS = Rows(PredictionPage.from_dict, Prediction.of)


async def list_predictions(
    wire: Wire, client: Client, cursor: Cursor, *, after: Any, before: Any, source: Any
) -> Page[Prediction]:
    """Return a page of the account's predictions, as a cursor or these filters say.

    Raises:
        InvalidArgumentError: one of these cannot be used.
    """

    def now() -> datetime:
        return datetime.fromtimestamp(wire.clock.time(), UTC)

    if source is not None and source != "web":
        raise InvalidArgumentError(f"source must be 'web' or left out, not {quote_value(source)}", argument="source")
    created_after = parse_filter_date(after, argument="created_after", now=now) or UNSET
    created_before = parse_filter_date(before, argument="created_before", now=now) or UNSET

    async def ask(wire: Wire, place: str | Unset) -> RawPage[RawPrediction]:
        return await wire.call(
            predictions_list,
            client=wire.api,
            created_after=created_after,
            created_before=created_before,
            source=source or UNSET,
            cursor=place,
        )

    return await list_page(wire, client, cursor, ROWS, ask)
