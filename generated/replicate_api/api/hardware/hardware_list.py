from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...json_text import read_json
from ...models.hardware import Hardware
from ...rows import read_rows
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/hardware",
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> list[Hardware]:
    if 200 <= response.status_code <= 299:
        response_2xx = read_rows(read_json(response.content), Hardware.from_dict)

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
) -> Response[list[Hardware]]:
    """List hardware

    Returns what models and deployments can run on, as one array: there are no pages. The list grows and
    changes.

    Sends GET /hardware.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[list[Hardware]]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> list[Hardware]:
    """List hardware

    Returns what models and deployments can run on, as one array: there are no pages. The list grows and
    changes.

    Sends GET /hardware.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        list[Hardware]
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[list[Hardware]]:
    """List hardware

    Returns what models and deployments can run on, as one array: there are no pages. The list grows and
    changes.

    Sends GET /hardware.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[list[Hardware]]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> list[Hardware]:
    """List hardware

    Returns what models and deployments can run on, as one array: there are no pages. The list grows and
    changes.

    Sends GET /hardware.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        list[Hardware]
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
