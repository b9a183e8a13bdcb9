from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body
from ...json_text import read_json
from ...models.deployment import Deployment
from ...models.deployment_create import DeploymentCreate
from ...types import Response


def _get_kwargs(
    *,
    body: DeploymentCreate,
) -> dict[str, Any]:
    check_body(body, DeploymentCreate)
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> Deployment:
    if 200 <= response.status_code <= 299:
        response_2xx = Deployment.from_dict(read_json(response.content))

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
    body: DeploymentCreate,
) -> Response[Deployment]:
    """Create a deployment

    Puts a version on hardware of its own under a name that predictions can be sent to. Answers 200,
    unlike the other operations that create something. The first release has the number 1.

    Sends POST /deployments.

    Args:
        body (DeploymentCreate): A new deployment.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Deployment]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentCreate,
) -> Deployment:
    """Create a deployment

    Puts a version on hardware of its own under a name that predictions can be sent to. Answers 200,
    unlike the other operations that create something. The first release has the number 1.

    Sends POST /deployments.

    Args:
        body (DeploymentCreate): A new deployment.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Deployment
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentCreate,
) -> Response[Deployment]:
    """Create a deployment

    Puts a version on hardware of its own under a name that predictions can be sent to. Answers 200,
    unlike the other operations that create something. The first release has the number 1.

    Sends POST /deployments.

    Args:
        body (DeploymentCreate): A new deployment.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Response[Deployment]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentCreate,
) -> Deployment:
    """Create a deployment

    Puts a version on hardware of its own under a name that predictions can be sent to. Answers 200,
    unlike the other operations that create something. The first release has the number 1.

    Sends POST /deployments.

    Args:
        body (DeploymentCreate): A new deployment.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.

    Returns:
        Deployment
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
