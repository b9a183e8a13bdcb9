from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import path_segment
from ...json_text import read_json
from ...types import Response


def _get_kwargs(
    deployment_owner: str,
    deployment_name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/deployments/{deployment_owner}/{deployment_name}".format(
            deployment_owner=path_segment("deployment_owner", deployment_owner),
            deployment_name=path_segment("deployment_name", deployment_name),
        ),
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> None:
    if 200 <= response.status_code <= 299:
        return None

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
) -> Response[None]:
    """Delete a deployment

    Deletes a deployment that has been off and unused for 15 minutes. Any other is refused.

    Sends DELETE /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[None]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> None:
    """Delete a deployment

    Deletes a deployment that has been off and unused for 15 minutes. Any other is refused.

    Sends DELETE /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.
    """

    return sync_detailed(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[None]:
    """Delete a deployment

    Deletes a deployment that has been off and unused for 15 minutes. Any other is refused.

    Sends DELETE /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.

    Returns:
        Response[None]
    """

    kwargs = _get_kwargs(
        deployment_owner=deployment_owner,
        deployment_name=deployment_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    deployment_owner: str,
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> None:
    """Delete a deployment

    Deletes a deployment that has been off and unused for 15 minutes. Any other is refused.

    Sends DELETE /deployments/{deployment_owner}/{deployment_name}.

    Args:
        deployment_owner (str): The user or organisation that owns the deployment.
        deployment_name (str): The deployment's name, without its owner.

    Raises:
        errors.ProblemError: The service refused the call or failed, and says why.
        errors.UnexpectedStatus: Any other status that is not a success.
        httpx.TransportError: No answer came, in time or at all.
        ValueError: An argument cannot be sent; nothing was.
    """

    return (
        await asyncio_detailed(
            deployment_owner=deployment_owner,
            deployment_name=deployment_name,
            client=client,
        )
    ).parsed
