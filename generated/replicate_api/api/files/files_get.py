from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import path_segment
from ...json_text import read_json
from ...models.file_resource import FileResource
from ...types import Response


def _get_kwargs(
    file_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/files/{file_id}".format(
            file_id=path_segment("file_id", file_id),
        ),
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> FileResource:
    if 200 <= response.status_code <= 299:
        response_2xx = FileResource.from_dict(read_json(response.content))

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
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[FileResource]:
    """Get a file's description

    Returns name, type, size and checksums, not the bytes. Answers 404 once the file expired or was
    deleted.

    Sends GET /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[FileResource]
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
) -> FileResource:
    """Get a file's description

    Returns name, type, size and checksums, not the bytes. Answers 404 once the file expired or was
    deleted.

    Sends GET /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        FileResource
    """

    return sync_detailed(
        file_id=file_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[FileResource]:
    """Get a file's description

    Returns name, type, size and checksums, not the bytes. Answers 404 once the file expired or was
    deleted.

    Sends GET /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[FileResource]
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
) -> FileResource:
    """Get a file's description

    Returns name, type, size and checksums, not the bytes. Answers 404 once the file expired or was
    deleted.

    Sends GET /files/{file_id}.

    Args:
        file_id (str): The file's `id`.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        FileResource
    """

    return (
        await asyncio_detailed(
            file_id=file_id,
            client=client,
        )
    ).parsed
