from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body, check_header, path_segment
from ...json_text import read_json
from ...models.prediction import Prediction
from ...models.prediction_create_without_version import PredictionCreateWithoutVersion
from ...types import UNSET, Response, Unset


def _get_kwargs(
    deployment_owner: str,
    deployment_name: str,
    *,
    body: PredictionCreateWithoutVersion,
    prefer: str | Unset = UNSET,
    cancel_after: str | Unset = UNSET,
) -> dict[str, Any]:
    if not isinstance(prefer, Unset):
        check_header("prefer", prefer)
    if not isinstance(cancel_after, Unset):
        check_header("cancel_after", cancel_after)
    check_body(body, PredictionCreateWithoutVersion)
    headers: dict[str, Any] = {}
    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    if not isinstance(cancel_after, Unset):
        headers["Cancel-After"] = cancel_after

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments/{deployment_owner}/{deployment_name}/predictions".format(
            deployment_owner=path_segment("deployment_owner", deployment_owner),
            deployment_name=path_segment("deployment_name", deployment_name),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> Prediction:
    if 200 <= response.status_code <= 299:
        response_2xx = Prediction.from_dict(read_json(response.content))

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
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: PredictionCreateWithoutVersion,
    prefer: str | Unset = UNSET,
    cancel_after: str | Unset = UNSET,
) -> Response[Prediction]:
    """Create a prediction with a deployment

    Starts the version of the current release on an input. Statuses and waiting are those of
    `predictions.create`.

    Sends POST /deployments/{deployment_owner}/{deployment_name}/predictions.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        prefer (str | Unset): `wait` holds the answer until the output is complete, for at most 60
            seconds; `wait=N` for at most N seconds, 1 to 60. Without it the answer comes at once.
        cancel_after (str | Unset): Ends the prediction this long after its creation, queueing
            included: seconds (`90`), or hours, minutes and seconds (`1h30m45s`), from 5 seconds to 24
            hours. It ends as `aborted` before its start and `canceled` after.
        body (PredictionCreateWithoutVersion): The input of a model whose version the service
            chooses. Unknown members are refused.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Prediction]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        body=body,
        prefer=prefer,
        cancel_after=cancel_after,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: PredictionCreateWithoutVersion,
    prefer: str | Unset = UNSET,
    cancel_after: str | Unset = UNSET,
) -> Prediction:
    """Create a prediction with a deployment

    Starts the version of the current release on an input. Statuses and waiting are those of
    `predictions.create`.

    Sends POST /deployments/{deployment_owner}/{deployment_name}/predictions.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        prefer (str | Unset): `wait` holds the answer until the output is complete, for at most 60
            seconds; `wait=N` for at most N seconds, 1 to 60. Without it the answer comes at once.
        cancel_after (str | Unset): Ends the prediction this long after its creation, queueing
            included: seconds (`90`), or hours, minutes and seconds (`1h30m45s`), from 5 seconds to 24
            hours. It ends as `aborted` before its start and `canceled` after.
        body (PredictionCreateWithoutVersion): The input of a model whose version the service
            chooses. Unknown members are refused.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Prediction
    """

    return sync_detailed(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        client=client,
        body=body,
        prefer=prefer,
        cancel_after=cancel_after,
    ).parsed


async def asyncio_detailed(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: PredictionCreateWithoutVersion,
    prefer: str | Unset = UNSET,
    cancel_after: str | Unset = UNSET,
) -> Response[Prediction]:
    """Create a prediction with a deployment

    Starts the version of the current release on an input. Statuses and waiting are those of
    `predictions.create`.

    Sends POST /deployments/{deployment_owner}/{deployment_name}/predictions.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        prefer (str | Unset): `wait` holds the answer until the output is complete, for at most 60
            seconds; `wait=N` for at most N seconds, 1 to 60. Without it the answer comes at once.
        cancel_after (str | Unset): Ends the prediction this long after its creation, queueing
            included: seconds (`90`), or hours, minutes and seconds (`1h30m45s`), from 5 seconds to 24
            hours. It ends as `aborted` before its start and `canceled` after.
        body (PredictionCreateWithoutVersion): The input of a model whose version the service
            chooses. Unknown members are refused.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Prediction]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        body=body,
        prefer=prefer,
        cancel_after=cancel_after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: PredictionCreateWithoutVersion,
    prefer: str | Unset = UNSET,
    cancel_after: str | Unset = UNSET,
) -> Prediction:
    """Create a prediction with a deployment

    Starts the version of the current release on an input. Statuses and waiting are those of
    `predictions.create`.

    Sends POST /deployments/{deployment_owner}/{deployment_name}/predictions.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        prefer (str | Unset): `wait` holds the answer until the output is complete, for at most 60
            seconds; `wait=N` for at most N seconds, 1 to 60. Without it the answer comes at once.
        cancel_after (str | Unset): Ends the prediction this long after its creation, queueing
            included: seconds (`90`), or hours, minutes and seconds (`1h30m45s`), from 5 seconds to 24
            hours. It ends as `aborted` before its start and `canceled` after.
        body (PredictionCreateWithoutVersion): The input of a model whose version the service
            chooses. Unknown members are refused.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Prediction
    """

    return (
        await asyncio_detailed(
            deployment_owner=deployment_owner,
            deployment_name=deployment_name,
            client=client,
            body=body,
            prefer=prefer,
            cancel_after=cancel_after,
        )
    ).parsed
