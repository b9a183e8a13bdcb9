from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body
from ...json_text import read_json
from ...models.model import Model
from ...models.model_create import ModelCreate
from ...types import Response


def _get_kwargs(
    *,
    body: ModelCreate,
) -> dict[str, Any]:
    check_body(body, ModelCreate)
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/models",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> Model:
    if 200 <= response.status_code <= 299:
        response_2xx = Model.from_dict(read_json(response.content))

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
    body: ModelCreate,
) -> Response[Model]:
    """Create a model

    Creates an empty model for the token's account; versions are pushed to it with the packaging tool.
    An account can have 1,000 models.

    Sends POST /models.

    Args:
        body (ModelCreate): A new model.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Model]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ModelCreate,
) -> Model:
    """Create a model

    Creates an empty model for the token's account; versions are pushed to it with the packaging tool.
    An account can have 1,000 models.

    Sends POST /models.

    Args:
        body (ModelCreate): A new model.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Model
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ModelCreate,
) -> Response[Model]:
    """Create a model

    Creates an empty model for the token's account; versions are pushed to it with the packaging tool.
    An account can have 1,000 models.

    Sends POST /models.

    Args:
        body (ModelCreate): A new model.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Model]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ModelCreate,
) -> Model:
    """Create a model

    Creates an empty model for the token's account; versions are pushed to it with the packaging tool.
    An account can have 1,000 models.

    Sends POST /models.

    Args:
        body (ModelCreate): A new model.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Model
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
