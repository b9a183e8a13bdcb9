import datetime
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_moment
from ...json_text import read_json
from ...models.prediction_page import PredictionPage
from ...models.prediction_source_filter import PredictionSourceFilter
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    source: PredictionSourceFilter | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:
    if not isinstance(created_after, Unset):
        check_moment("created_after", created_after)
    if not isinstance(created_before, Unset):
        check_moment("created_before", created_before)

    params: dict[str, Any] = {}

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    json_created_before: str | Unset = UNSET
    if not isinstance(created_before, Unset):
        json_created_before = created_before.isoformat()
    params["created_before"] = json_created_before

    json_source: str | Unset = UNSET
    if not isinstance(source, Unset):
        json_source = source

    params["source"] = json_source

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/predictions",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> PredictionPage:
    if 200 <= response.status_code <= 299:
        response_2xx = PredictionPage.from_dict(read_json(response.content))

        return response_2xx

    if 400 <= response.status_code <= 499:
        from ...models.problem import Problem

        response_4xx = Problem.from_dict(read_json(response.content))

        raise errors.ProblemError(response.status_code, response.content, response_4xx)

    if 500 <= response.status_code <= 599:
        from ...models.problem import Problem

        response_5xx = Problem.from_dict(read_json(response.content))

        raise errors.ProblemError(response.status_code, response.content, response_5xx)

    raise errors.UnexpectedStatus(response.status_code, response.content)


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    source: PredictionSourceFilter | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[PredictionPage]:
    """List predictions

    Returns the predictions of the token's account, newest first, up to 100 per page. Predictions made
    on the website are included, trainings are not. Follow `next` for more.

    Sends GET /predictions.

    Args:
        created_after (datetime.datetime | Unset): Only predictions created at or after this
            moment. Needs a UTC offset.
        created_before (datetime.datetime | Unset): Only predictions created strictly before this
            moment. Needs a UTC offset.
        source (PredictionSourceFilter | Unset): `web` keeps only predictions made on the website
            in the last 14 days.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[PredictionPage]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        created_before=created_before,
        source=source,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    source: PredictionSourceFilter | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> PredictionPage:
    """List predictions

    Returns the predictions of the token's account, newest first, up to 100 per page. Predictions made
    on the website are included, trainings are not. Follow `next` for more.

    Sends GET /predictions.

    Args:
        created_after (datetime.datetime | Unset): Only predictions created at or after this
            moment. Needs a UTC offset.
        created_before (datetime.datetime | Unset): Only predictions created strictly before this
            moment. Needs a UTC offset.
        source (PredictionSourceFilter | Unset): `web` keeps only predictions made on the website
            in the last 14 days.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        PredictionPage
    """

    return sync_detailed(
        client=client,
        created_after=created_after,
        created_before=created_before,
        source=source,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    source: PredictionSourceFilter | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[PredictionPage]:
    """List predictions

    Returns the predictions of the token's account, newest first, up to 100 per page. Predictions made
    on the website are included, trainings are not. Follow `next` for more.

    Sends GET /predictions.

    Args:
        created_after (datetime.datetime | Unset): Only predictions created at or after this
            moment. Needs a UTC offset.
        created_before (datetime.datetime | Unset): Only predictions created strictly before this
            moment. Needs a UTC offset.
        source (PredictionSourceFilter | Unset): `web` keeps only predictions made on the website
            in the last 14 days.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[PredictionPage]
    """

    kwargs = _get_kwargs(
        created_after=created_after,
        created_before=created_before,
        source=source,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    source: PredictionSourceFilter | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> PredictionPage:
    """List predictions

    Returns the predictions of the token's account, newest first, up to 100 per page. Predictions made
    on the website are included, trainings are not. Follow `next` for more.

    Sends GET /predictions.

    Args:
        created_after (datetime.datetime | Unset): Only predictions created at or after this
            moment. Needs a UTC offset.
        created_before (datetime.datetime | Unset): Only predictions created strictly before this
            moment. Needs a UTC offset.
        source (PredictionSourceFilter | Unset): `web` keeps only predictions made on the website
            in the last 14 days.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        PredictionPage
    """

    return (
        await asyncio_detailed(
            client=client,
            created_after=created_after,
            created_before=created_before,
            source=source,
            cursor=cursor,
        )
    ).parsed
