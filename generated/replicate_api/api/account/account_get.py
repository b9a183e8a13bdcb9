from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...json_text import read_json
from ...models.account import Account
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/account",
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> Account:
    if 200 <= response.status_code <= 299:
        response_2xx = Account.from_dict(read_json(response.content))

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
) -> Response[Account]:
    """Get the account of the token

    Returns the user or organisation that the token belongs to.

    Sends GET /account.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Account]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> Account:
    """Get the account of the token

    Returns the user or organisation that the token belongs to.

    Sends GET /account.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Account
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Account]:
    """Get the account of the token

    Returns the user or organisation that the token belongs to.

    Sends GET /account.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Account]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> Account:
    """Get the account of the token

    Returns the user or organisation that the token belongs to.

    Sends GET /account.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Account
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
