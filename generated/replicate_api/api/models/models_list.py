from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...json_text import read_json
from ...models.model_page import ModelPage
from ...models.model_sort_key import ModelSortKey
from ...models.sort_direction import SortDirection
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    sort_by: ModelSortKey | Unset = UNSET,
    sort_direction: SortDirection | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_sort_by: str | Unset = UNSET
    if not isinstance(sort_by, Unset):
        json_sort_by = sort_by

    params["sort_by"] = json_sort_by

    json_sort_direction: str | Unset = UNSET
    if not isinstance(sort_direction, Unset):
        json_sort_direction = sort_direction

    params["sort_direction"] = json_sort_direction

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/models",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> ModelPage:
    if 200 <= response.status_code <= 299:
        response_2xx = ModelPage.from_dict(read_json(response.content))

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
    sort_by: ModelSortKey | Unset = UNSET,
    sort_direction: SortDirection | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[ModelPage]:
    """List public models

    Returns public models that have at least one version and one example, 25 per page. The order is that
    of the latest version's creation, newest first, unless told otherwise.

    Sends GET /models.

    Args:
        sort_by (ModelSortKey | Unset): What a list of models is sorted by;
            `latest_version_created_at` unless told otherwise.
        sort_direction (SortDirection | Unset): Which way a list is sorted; `desc` unless told
            otherwise.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[ModelPage]
    """

    kwargs = _get_kwargs(
        sort_by=sort_by,
        sort_direction=sort_direction,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    sort_by: ModelSortKey | Unset = UNSET,
    sort_direction: SortDirection | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> ModelPage:
    """List public models

    Returns public models that have at least one version and one example, 25 per page. The order is that
    of the latest version's creation, newest first, unless told otherwise.

    Sends GET /models.

    Args:
        sort_by (ModelSortKey | Unset): What a list of models is sorted by;
            `latest_version_created_at` unless told otherwise.
        sort_direction (SortDirection | Unset): Which way a list is sorted; `desc` unless told
            otherwise.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        ModelPage
    """

    return sync_detailed(
        client=client,
        sort_by=sort_by,
        sort_direction=sort_direction,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    sort_by: ModelSortKey | Unset = UNSET,
    sort_direction: SortDirection | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[ModelPage]:
    """List public models

    Returns public models that have at least one version and one example, 25 per page. The order is that
    of the latest version's creation, newest first, unless told otherwise.

    Sends GET /models.

    Args:
        sort_by (ModelSortKey | Unset): What a list of models is sorted by;
            `latest_version_created_at` unless told otherwise.
        sort_direction (SortDirection | Unset): Which way a list is sorted; `desc` unless told
            otherwise.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[ModelPage]
    """

    kwargs = _get_kwargs(
        sort_by=sort_by,
        sort_direction=sort_direction,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    sort_by: ModelSortKey | Unset = UNSET,
    sort_direction: SortDirection | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> ModelPage:
    """List public models

    Returns public models that have at least one version and one example, 25 per page. The order is that
    of the latest version's creation, newest first, unless told otherwise.

    Sends GET /models.

    Args:
        sort_by (ModelSortKey | Unset): What a list of models is sorted by;
            `latest_version_created_at` unless told otherwise.
        sort_direction (SortDirection | Unset): Which way a list is sorted; `desc` unless told
            otherwise.
        cursor (str | Unset): Opaque position of a page, taken from the `next` or `previous` link
            of another page.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        ModelPage
    """

    return (
        await asyncio_detailed(
            client=client,
            sort_by=sort_by,
            sort_direction=sort_direction,
            cursor=cursor,
        )
    ).parsed
