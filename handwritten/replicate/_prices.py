"""What predictions and trainings cost by a person's prices. The API tells no prices; it tells what each has used.

A price belongs to a name: of a model, a version, a deployment, of what trains a model, or `*`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from ._quoted_values import quote_value
from ._references import DeploymentReference, Reference, parse_reference, parse_runnable
from ._views import text
from ._waiting import SUCCESS
from .exceptions import InvalidArgumentError

if TYPE_CHECKING:
    from ._attempts import Attempted, Noun
    from ._references import Runnable

_ANYTHING = "*"
_DEPLOYMENTS = "deployments/"
_TRAININGS = "trainings/"

_EACH = "run"
"""The price that each success has, whatever it used."""

_OTHER_NAMES = {
    "token_input_count": "input_token_count",
    "input_token_count": "token_input_count",
    "token_output_count": "output_token_count",
    "output_token_count": "token_output_count",
    "image_output_count": "image_count",
    "image_count": "image_output_count",
}
"""Measurements that have two names. Predictions of some models tell the one, of others the other."""

_LARGEST = 1e15
"""Nothing is priced or measured beyond; integers that are no floats would be, for one."""

Prices = dict[str, dict[str, float]]
"""For each name what one of each measurement costs."""


class Measured(Protocol):
    """What is looked at of a prediction or a training that is over."""

    @property
    def status(self) -> str: ...
    @property
    def metrics(self) -> Any: ...


def cost(price: Mapping[str, float], job: Measured) -> float | None:
    """Return what a job that is over cost, None where it does not tell what it used.

    One that did not succeed used what it tells, and nothing else; one that was aborted cost nothing.
    """
    if job.status == "aborted":
        return 0.0
    succeeded = job.status in SUCCESS
    metrics: object = job.metrics
    told = cast("Mapping[str, object]", metrics if isinstance(metrics, Mapping) else {})
    total = 0.0
    for name, of_one in price.items():
        used = int(succeeded) if name == _EACH else told.get(name, told.get(_OTHER_NAMES.get(name, name)))
        if used is None and not succeeded:
            continue
        if not is_amount(used):
            return None
        total += of_one * cast("float", used)
    return total


def sure_costs(prices: Prices) -> dict[str, float]:
    """Return for each name what every success costs, where there is such a price."""
    return {name: price[_EACH] for name, price in prices.items() if _EACH in price}


def is_amount(value: object) -> bool:
    """Return whether a value can be priced: a number, not negative, not beyond all measure."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LARGEST


def names_of(reference: Runnable) -> list[str]:
    """Return the names by which predictions of a reference may have a price, the most particular first."""
    if isinstance(reference, DeploymentReference):
        return [str(reference), _ANYTHING]
    names = (str(reference), reference.version, reference.model, _ANYTHING)
    return list(dict.fromkeys(name for name in names if name))


def names_of_training(model: str) -> list[str]:
    """Return the names by which trainings of a model, `owner/name`, may have a price."""
    return [f"{_TRAININGS}{model}", f"{_TRAININGS}{_ANYTHING}"]


def names_of_job(job: Attempted, noun: Noun) -> list[str]:
    """Return the names by which a prediction or a training may have a price, as it tells itself.

    The most particular is the first, as above; the last one stands for all.
    """
    model = text(job.model) or ""
    if noun == "training":
        return names_of_training(model)
    deployment = text(getattr(job, "deployment", None))
    owner, _, name = model.partition("/")
    names = names_of(Reference(owner or None, name or None, text(job.version)))
    return names if deployment is None else [f"{_DEPLOYMENTS}{deployment}", *names]


def price_of(prices: Prices, name: str, job: Attempted, noun: Noun) -> Mapping[str, float]:
    """Return the price of a job: that of the name it was asked for by, or of a more particular one that it tells.

    So a version that was asked for by its id alone has the price of its model.
    """
    is_version = ":" in name or ("/" not in name and name != _ANYTHING)
    if is_version or name.startswith(_DEPLOYMENTS):
        return prices[name]  # no job tells more, and some tell less
    return next((prices[told] for told in names_of_job(job, noun)[:-1] if told in prices), prices[name])


def read_prices(prices: object) -> Prices:
    """Return a table of prices as a person writes it, each under the name by which it is looked up.

    Raises:
        InvalidArgumentError: it is none.
    """
    if not isinstance(prices, Mapping) or not prices:
        raise InvalidArgumentError(
            "prices must be a dictionary such as {'owner/name': {'predict_time': 0.000975}}, not "
            f"{quote_value(prices) if not isinstance(prices, Mapping) else 'an empty one'}",
            argument="prices",
        )
    table: Prices = {}
    for written, price in cast("Mapping[object, object]", prices).items():
        name = _read_name(written)
        if name in table:
            raise InvalidArgumentError(f"prices: {quote_value(name)} has two of them; leave one", argument="prices")
        table[name] = _read_price(written, price)
    return table


def _read_name(name: object) -> str:
    if isinstance(name, str):
        if name in {_ANYTHING, _TRAININGS + _ANYTHING}:
            return name
        if name.startswith(_TRAININGS):
            model = parse_reference(name.removeprefix(_TRAININGS), argument="prices")._replace(version=None)
            return f"{_TRAININGS}{parse_reference(str(model), argument='prices')}"
    return str(parse_runnable(name, argument="prices"))


def _read_price(name: object, price: object) -> dict[str, float]:
    members = cast("Mapping[object, object]", price if isinstance(price, Mapping) else {})
    if not members or not all(isinstance(each, str) and is_amount(of_one) for each, of_one in members.items()):
        raise InvalidArgumentError(
            f"prices: that of {quote_value(name)} must be a dictionary of measurements and what one of each costs, "
            "such as {'predict_time': 0.000975}",
            argument="prices",
        )
    return {cast("str", each): float(cast("float", of_one)) for each, of_one in members.items()}
