from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...guards import path_segment
from ...json_text import read_json
from ...models.prediction import Prediction
from ...types import Response


def _get_kwargs(
    prediction_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/predictions/{prediction_id}".format(
            prediction_id=path_segment("prediction_id", prediction_id),
        ),
    }

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
    prediction_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Prediction]:
    """Get a prediction

    Returns the current state of one prediction. Two back ends answer: a young prediction leaves unset
    members out, an older one sends them as null. One hour after the end `input`, `output` and `logs`
    are emptied and `data_removed` is true.

    Sends GET /predictions/{prediction_id}.

    Args:
        prediction_id (str): The prediction's `id`.

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
        prediction_id=prediction_id,
    )

    response = client.get_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


def sync(
    prediction_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Prediction:
    """Get a prediction

    Returns the current state of one prediction. Two back ends answer: a young prediction leaves unset
    members out, an older one sends them as null. One hour after the end `input`, `output` and `logs`
    are emptied and `data_removed` is true.

    Sends GET /predictions/{prediction_id}.

    Args:
        prediction_id (str): The prediction's `id`.

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
        prediction_id=prediction_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    prediction_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Prediction]:
    """Get a prediction

    Returns the current state of one prediction. Two back ends answer: a young prediction leaves unset
    members out, an older one sends them as null. One hour after the end `input`, `output` and `logs`
    are emptied and `data_removed` is true.

    Sends GET /predictions/{prediction_id}.

    Args:
        prediction_id (str): The prediction's `id`.

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
        prediction_id=prediction_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.build_response(response, _parse_response)


async def asyncio(
    prediction_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Prediction:
    """Get a prediction

    Returns the current state of one prediction. Two back ends answer: a young prediction leaves unset
    members out, an older one sends them as null. One hour after the end `input`, `output` and `logs`
    are emptied and `data_removed` is true.

    Sends GET /predictions/{prediction_id}.

    Args:
        prediction_id (str): The prediction's `id`.

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
            prediction_id=prediction_id,
            client=client,
        )
    ).parsed
