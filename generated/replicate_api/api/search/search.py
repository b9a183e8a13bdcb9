from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...json_text import read_json
from ...models.search_results import SearchResults
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    query: str,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["query"] = query

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/search",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> SearchResults:
    if 200 <= response.status_code <= 299:
        response_2xx = SearchResults.from_dict(read_json(response.content))

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
    query: str,
    limit: int | Unset = UNSET,
) -> Response[SearchResults]:
    """Search models, collections and pages

    Searches everything public at once. The service calls this a beta.

    Sends GET /search.

    Args:
        query (str): What to look for.
        limit (int | Unset): How many models to return at most; 20 when omitted.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[SearchResults]
    """

    kwargs = _get_kwargs(
        query=query,
        limit=limit,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    limit: int | Unset = UNSET,
) -> SearchResults:
    """Search models, collections and pages

    Searches everything public at once. The service calls this a beta.

    Sends GET /search.

    Args:
        query (str): What to look for.
        limit (int | Unset): How many models to return at most; 20 when omitted.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        SearchResults
    """

    return sync_detailed(
        client=client,
        query=query,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    limit: int | Unset = UNSET,
) -> Response[SearchResults]:
    """Search models, collections and pages

    Searches everything public at once. The service calls this a beta.

    Sends GET /search.

    Args:
        query (str): What to look for.
        limit (int | Unset): How many models to return at most; 20 when omitted.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[SearchResults]
    """

    kwargs = _get_kwargs(
        query=query,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    query: str,
    limit: int | Unset = UNSET,
) -> SearchResults:
    """Search models, collections and pages

    Searches everything public at once. The service calls this a beta.

    Sends GET /search.

    Args:
        query (str): What to look for.
        limit (int | Unset): How many models to return at most; 20 when omitted.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        SearchResults
    """

    return (
        await asyncio_detailed(
            client=client,
            query=query,
            limit=limit,
        )
    ).parsed
