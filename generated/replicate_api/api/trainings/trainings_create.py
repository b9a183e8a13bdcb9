from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body, path_segment
from ...json_text import read_json
from ...models.training import Training
from ...models.training_create import TrainingCreate
from ...types import Response


def _get_kwargs(
    model_owner: str,
    model_name: str,
    version_id: str,
    *,
    body: TrainingCreate,
) -> dict[str, Any]:
    check_body(body, TrainingCreate)
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/models/{model_owner}/{model_name}/versions/{version_id}/trainings".format(
            model_owner=path_segment("model_owner", model_owner),
            model_name=path_segment("model_name", model_name),
            version_id=path_segment("version_id", version_id),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> Training:
    if 200 <= response.status_code <= 299:
        response_2xx = Training.from_dict(read_json(response.content))

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
    version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TrainingCreate,
) -> Response[Training]:
    """Create a training

    Starts the training code of a version. Its result becomes a new version of the model that
    `destination` names, which must exist and belong to the token's account; otherwise the answer is
    404. Always answers at once.

    Sends POST /models/{model_owner}/{model_name}/versions/{version_id}/trainings.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        version_id (str): The version's `id`, 64 hexadecimal digits.
        body (TrainingCreate): What to train on, and where to put the result.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Training]
    """

    kwargs = _get_kwargs(
        model_owner=model_owner,
        model_name=model_name,
        version_id=version_id,
        body=body,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    model_owner: str,
    model_name: str,
    version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TrainingCreate,
) -> Training:
    """Create a training

    Starts the training code of a version. Its result becomes a new version of the model that
    `destination` names, which must exist and belong to the token's account; otherwise the answer is
    404. Always answers at once.

    Sends POST /models/{model_owner}/{model_name}/versions/{version_id}/trainings.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        version_id (str): The version's `id`, 64 hexadecimal digits.
        body (TrainingCreate): What to train on, and where to put the result.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Training
    """

    return sync_detailed(
        model_owner=model_owner,
        model_name=model_name,
        version_id=version_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    model_owner: str,
    model_name: str,
    version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TrainingCreate,
) -> Response[Training]:
    """Create a training

    Starts the training code of a version. Its result becomes a new version of the model that
    `destination` names, which must exist and belong to the token's account; otherwise the answer is
    404. Always answers at once.

    Sends POST /models/{model_owner}/{model_name}/versions/{version_id}/trainings.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        version_id (str): The version's `id`, 64 hexadecimal digits.
        body (TrainingCreate): What to train on, and where to put the result.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Training]
    """

    kwargs = _get_kwargs(
        model_owner=model_owner,
        model_name=model_name,
        version_id=version_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    model_owner: str,
    model_name: str,
    version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: TrainingCreate,
) -> Training:
    """Create a training

    Starts the training code of a version. Its result becomes a new version of the model that
    `destination` names, which must exist and belong to the token's account; otherwise the answer is
    404. Always answers at once.

    Sends POST /models/{model_owner}/{model_name}/versions/{version_id}/trainings.

    Args:
        model_owner (str): The user or organisation that owns the model.
        model_name (str): The model's name, without its owner.
        version_id (str): The version's `id`, 64 hexadecimal digits.
        body (TrainingCreate): What to train on, and where to put the result.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Training
    """

    return (
        await asyncio_detailed(
            model_owner=model_owner,
            model_name=model_name,
            version_id=version_id,
            client=client,
            body=body,
        )
    ).parsed
