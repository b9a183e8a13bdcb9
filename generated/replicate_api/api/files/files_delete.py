from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import path_segment
from ...json_text import read_json
from ...types import Response


def _get_kwargs(
    file_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/files/{file_id}".format(
            file_id=path_segment("file_id", file_id),
        ),
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> None:
    if 200 <= response.status_code <= 299:
        return None

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
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[None]:
    """Delete a file

    Deletes a file before it expires. Later calls about it answer 404.

    Sends DELETE /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[None]
    """

    kwargs = _get_kwargs(
        file_id=file_id,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> None:
    """Delete a file

    Deletes a file before it expires. Later calls about it answer 404.

    Sends DELETE /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.
    """

    return sync_detailed(
        file_id=file_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[None]:
    """Delete a file

    Deletes a file before it expires. Later calls about it answer 404.

    Sends DELETE /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[None]
    """

    kwargs = _get_kwargs(
        file_id=file_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> None:
    """Delete a file

    Deletes a file before it expires. Later calls about it answer 404.

    Sends DELETE /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.
    """

    return (
        await asyncio_detailed(
            file_id=file_id,
            client=client,
        )
    ).parsed
