from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import check_body, path_segment
from ...json_text import read_json
from ...models.deployment import Deployment
from ...models.deployment_update import DeploymentUpdate
from ...types import Response


def _get_kwargs(
    deployment_owner: str,
    deployment_name: str,
    *,
    body: DeploymentUpdate,
) -> dict[str, Any]:
    check_body(body, DeploymentUpdate)
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/deployments/{deployment_owner}/{deployment_name}".format(
            deployment_owner=path_segment("deployment_owner", deployment_owner),
            deployment_name=path_segment("deployment_name", deployment_name),
        ),
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
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpdate,
) -> Response[Deployment]:
    """Update a deployment

    Makes a new release with another version, hardware or number of instances, and a number one higher.
    Members that are left out stay as they are. With no instances at all the deployment is off: running
    predictions are canceled and new ones refused.

    Sends PATCH /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        body (DeploymentUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Deployment]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        body=body,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpdate,
) -> Deployment:
    """Update a deployment

    Makes a new release with another version, hardware or number of instances, and a number one higher.
    Members that are left out stay as they are. With no instances at all the deployment is off: running
    predictions are canceled and new ones refused.

    Sends PATCH /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        body (DeploymentUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Deployment
    """

    return sync_detailed(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpdate,
) -> Response[Deployment]:
    """Update a deployment

    Makes a new release with another version, hardware or number of instances, and a number one higher.
    Members that are left out stay as they are. With no instances at all the deployment is off: running
    predictions are canceled and new ones refused.

    Sends PATCH /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        body (DeploymentUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[Deployment]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpdate,
) -> Deployment:
    """Update a deployment

    Makes a new release with another version, hardware or number of instances, and a number one higher.
    Members that are left out stay as they are. With no instances at all the deployment is off: running
    predictions are canceled and new ones refused.

    Sends PATCH /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.
        body (DeploymentUpdate): What to change; members that are left out stay as they are.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        errors.DecodeError: The answer is not what the contract promises.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Deployment
    """

    return (
        await asyncio_detailed(
            deployment_owner=deployment_owner,
            deployment_name=deployment_name,
            client=client,
            body=body,
        )
    ).parsed
