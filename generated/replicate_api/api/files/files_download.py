from io import BytesIO
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import path_segment
from ...json_text import read_json
from ...types import UNSET, File, Response


def _get_kwargs(
    file_id: str,
    *,
    owner: str,
    expiry: int,
    signature: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["owner"] = owner

    params["expiry"] = expiry

    params["signature"] = signature

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/files/{file_id}/download".format(
            file_id=path_segment("file_id", file_id),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> File:
    if 200 <= response.status_code <= 299:
        response_2xx = File(payload=BytesIO(response.content))

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
    owner: str,
    expiry: int,
    signature: str,
) -> Response[File]:
    """Download a file

    Returns the bytes of a file for a signed link. The link is what gives access, so no token is needed.
    Links are made by the service for the models that it runs; the secret they are signed with is not
    given away.

    Sends GET /files/{file_id}/download.

    Args:
        file_id (str): The file's `id`.
        owner (str): The user name of the account that uploaded the file.
        expiry (int): The moment from which on the link is dead, in seconds since 1970.
        signature (str): The HMAC-SHA256 of `owner`, a space, the file's id, a space and `expiry`,
            in padded standard base64.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[File]
    """

    kwargs = _get_kwargs(
        file_id=file_id,
        owner=owner,
        expiry=expiry,
        signature=signature,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
    owner: str,
    expiry: int,
    signature: str,
) -> File:
    """Download a file

    Returns the bytes of a file for a signed link. The link is what gives access, so no token is needed.
    Links are made by the service for the models that it runs; the secret they are signed with is not
    given away.

    Sends GET /files/{file_id}/download.

    Args:
        file_id (str): The file's `id`.
        owner (str): The user name of the account that uploaded the file.
        expiry (int): The moment from which on the link is dead, in seconds since 1970.
        signature (str): The HMAC-SHA256 of `owner`, a space, the file's id, a space and `expiry`,
            in padded standard base64.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        File
    """

    return sync_detailed(
        file_id=file_id,
        client=client,
        owner=owner,
        expiry=expiry,
        signature=signature,
    ).parsed


async def asyncio_detailed(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
    owner: str,
    expiry: int,
    signature: str,
) -> Response[File]:
    """Download a file

    Returns the bytes of a file for a signed link. The link is what gives access, so no token is needed.
    Links are made by the service for the models that it runs; the secret they are signed with is not
    given away.

    Sends GET /files/{file_id}/download.

    Args:
        file_id (str): The file's `id`.
        owner (str): The user name of the account that uploaded the file.
        expiry (int): The moment from which on the link is dead, in seconds since 1970.
        signature (str): The HMAC-SHA256 of `owner`, a space, the file's id, a space and `expiry`,
            in padded standard base64.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[File]
    """

    kwargs = _get_kwargs(
        file_id=file_id,
        owner=owner,
        expiry=expiry,
        signature=signature,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    file_id: str,
    *,
    client: AuthenticatedClient | Client,
    owner: str,
    expiry: int,
    signature: str,
) -> File:
    """Download a file

    Returns the bytes of a file for a signed link. The link is what gives access, so no token is needed.
    Links are made by the service for the models that it runs; the secret they are signed with is not
    given away.

    Sends GET /files/{file_id}/download.

    Args:
        file_id (str): The file's `id`.
        owner (str): The user name of the account that uploaded the file.
        expiry (int): The moment from which on the link is dead, in seconds since 1970.
        signature (str): The HMAC-SHA256 of `owner`, a space, the file's id, a space and `expiry`,
            in padded standard base64.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        File
    """

    return (
        await asyncio_detailed(
            file_id=file_id,
            client=client,
            owner=owner,
            expiry=expiry,
            signature=signature,
        )
    ).parsed
