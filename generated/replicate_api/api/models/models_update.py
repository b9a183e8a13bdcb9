from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body, path_segment
from ...json_text import read_json
from ...models.model import Model
from ...models.model_update import ModelUpdate
from ...types import Response


def _get_kwargs(
    model_owner: str,
    model_name: str,
    *,
    body: ModelUpdate,
) -> dict[str, Any]:
    check_body(body, ModelUpdate)
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/models/{model_owner}/{model_name}".format(
            model_owner=path_segment("model_owner", model_owner),
            model_name=path_segment("model_name", model_name),
        ),
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
    model_owner: str,
    model_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelUpdate,
) -> Response[Model]:
    """Update a model

    Changes the texts and links of a model of the token's account. Members that are left out stay as
    they are. Owner, name, visibility and hardware cannot be changed.

    Sends PATCH /models/{model_owner}/{model_name}.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        body (ModelUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Model]
    """

    kwargs = _get_kwargs(
        model_owner=model_owner,
        model_name=model_name,
        body=body,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    model_owner: str,
    model_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelUpdate,
) -> Model:
    """Update a model

    Changes the texts and links of a model of the token's account. Members that are left out stay as
    they are. Owner, name, visibility and hardware cannot be changed.

    Sends PATCH /models/{model_owner}/{model_name}.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        body (ModelUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Model
    """

    return sync_detailed(
        model_owner=model_owner,
        model_name=model_name,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    model_owner: str,
    model_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelUpdate,
) -> Response[Model]:
    """Update a model

    Changes the texts and links of a model of the token's account. Members that are left out stay as
    they are. Owner, name, visibility and hardware cannot be changed.

    Sends PATCH /models/{model_owner}/{model_name}.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        body (ModelUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Model]
    """

    kwargs = _get_kwargs(
        model_owner=model_owner,
        model_name=model_name,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    model_owner: str,
    model_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelUpdate,
) -> Model:
    """Update a model

    Changes the texts and links of a model of the token's account. Members that are left out stay as
    they are. Owner, name, visibility and hardware cannot be changed.

    Sends PATCH /models/{model_owner}/{model_name}.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        body (ModelUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Model
    """

    return (
        await asyncio_detailed(
            model_owner=model_owner,
            model_name=model_name,
            client=client,
            body=body,
        )
    ).parsed
