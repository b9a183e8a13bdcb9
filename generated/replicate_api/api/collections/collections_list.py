from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...json_text import read_json
from ...models.collection_page import CollectionPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/collections",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> CollectionPage:
    if 200 <= response.status_code <= 299:
        response_2xx = CollectionPage.from_dict(read_json(response.content))

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
    cursor: str | Unset = UNSET,
) -> Response[CollectionPage]:
    """List collections

    Returns the collections of models that the service curates, without their models.

    Sends GET /collections.

    Args:
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[CollectionPage]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    cursor: str | Unset = UNSET,
) -> CollectionPage:
    """List collections

    Returns the collections of models that the service curates, without their models.

    Sends GET /collections.

    Args:
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        CollectionPage
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    cursor: str | Unset = UNSET,
) -> Response[CollectionPage]:
    """List collections

    Returns the collections of models that the service curates, without their models.

    Sends GET /collections.

    Args:
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[CollectionPage]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    cursor: str | Unset = UNSET,
) -> CollectionPage:
    """List collections

    Returns the collections of models that the service curates, without their models.

    Sends GET /collections.

    Args:
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        CollectionPage
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
        )
    ).parsed
