"""A limit to what a client's predictions and trainings may cost, by prices of your own.

How a cost is made out is in `_prices`, what is spent and held back in `_holds`; here is what is asked of the service.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ._blocking import run_blocking
from ._holds import Holds
from ._prices import cost, is_amount, names_of_job, price_of, read_prices, sure_costs
from ._quoted_values import quote_value
from ._retries import RetryPolicy
from ._waiting import is_terminal
from .exceptions import (
    AmbiguousCreateError,
    BudgetExceededError,
    InvalidArgumentError,
    NotFoundError,
    ReplicateError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ._attempts import Noun
    from ._holds import Hold
    from ._raw_jobs import RawJob
    from ._wire import Endpoint, Wire
    from .client import Client
    from .prediction import Prediction
    from .training import Training

__all__ = ["Budget"]

RawJobT = TypeVar("RawJobT", bound="RawJob")

_PAUSE = 1.0
"""Seconds for which a job is not looked at again, to learn its cost, by whoever wants to create another one."""

_MOST_LOOKS = 20
"""Jobs that are looked at before a create is refused."""

_LOOKING_SECONDS = 5.0
"""Seconds that looking at them may take in all."""

logger = logging.getLogger("replicate")


class Budget:
    """A limit to what predictions and trainings may cost, by your own prices; for one client, or shared by several.

    A client with a budget raises `BudgetExceededError`, and creates nothing, where the next creation could exceed the
    limit. All amounts are in the currency of your prices, which stand on the pages of the models; these are examples::

        budget = replicate.Budget(
            5.00,
            prices={
                "black-forest-labs/flux-schnell": {"image_output_count": 0.003},
                "meta/meta-llama-3-8b-instruct": {"token_input_count": 0.05e-6, "token_output_count": 0.25e-6},
                "*": {"predict_time": 0.000975},
            },
            reserve=0.02,
        )
        client = replicate.Client(budget=budget)

    It is an estimate: the service makes the bill, and tells no prices. What is created past these clients (on the
    website, by other programs, with the endpoint functions of `replicate_api`) is not counted. Safe to use from many
    threads; each process counts for itself.
    """

    def __init__(self, limit: float, *, prices: Mapping[str, Mapping[str, float]], reserve: float) -> None:
        """Make a budget of which nothing is spent.

        Args:
            limit: what may be spent in all.
            prices: for each model what one of each of its measurements costs, by their names in `prediction.metrics`:
                `predict_time` by the second, `image_output_count` by the image, `token_input_count` by the token, and
                so on; `run` for each success. Models are named `owner/name`, `owner/name:version`, by a version's id or
                as `deployments/owner/name`; trainings of a model as `trainings/owner/name` or, all of them,
                `trainings/*`; `*` stands for all predictions without a price of their own.
            reserve: what a prediction counts for while its cost is not known: as much as one will hardly cost. Where
                another one with the same price has cost more, or `run` does, it counts for that. So the limit holds
                for many that run at the same time, too.

        Raises:
            InvalidArgumentError: one of these cannot be used.
        """
        self._prices = read_prices(prices)
        limit, reserve = _check_amount(limit, "limit"), _check_amount(reserve, "reserve")
        self._holds = Holds(limit, reserve, sure_costs(self._prices))

    @property
    def limit(self) -> float:
        """What may be spent in all. It can be changed at any time."""
        return self._holds.limit

    @limit.setter
    def limit(self, limit: float) -> None:
        self._holds.limit = _check_amount(limit, "limit")

    @property
    def spent(self) -> float:
        """What those cost whose cost is known."""
        return self._holds.amounts()[0]

    @property
    def held(self) -> float:
        """What is held back for those whose cost is not known: they run, or were not looked at since their end.

        An answer that came within the hold of its create does not tell what it used; `refresh` asks for that. What is
        not found of what a create made that was interrupted, or whose answer was lost, stays held back, for it may be
        billed; that of an `AmbiguousCreateError` until its `recover` finds it. Raise `limit` once you know better.
        """
        return self._holds.amounts()[1]

    @property
    def left(self) -> float:
        """What is neither spent nor held back; below zero where something cost more than was held back for it."""
        spent, held, _ = self._holds.amounts()
        return self.limit - spent - held

    def estimate(self, job: Prediction | Training) -> float | None:
        """Return what a prediction or a training cost by these prices. Nothing is sent, and nothing counted.

        None if it is not over, has no price, or does not tell how much it used of what has one.
        """
        name = self._name(names_of_job(job.raw, job.noun))
        return None if name is None or not job.is_terminal else cost(self._prices[name], job.raw)

    def refresh(self, client: Client) -> Budget:
        """Look at each prediction and training whose cost is not known, by one request each, and return this budget."""
        return run_blocking(self._refresh(client.wire))

    async def async_refresh(self, client: Client) -> Budget:
        """Look at each prediction and training whose cost is not known, as `refresh` does."""
        return await self._refresh(client.async_wire)

    async def _refresh(self, wire: Wire) -> Budget:
        seen: set[Hold] = set()
        while (hold := self._holds.to_look_at(wire.clock.monotonic(), 0.0)) is not None and hold not in seen:
            seen.add(hold)
            await self._look(wire, hold)
        return self

    def note(self, job: RawJob) -> None:
        """Count what a job cost, once, if it is over and was created within this budget. The client calls this."""
        hold = self._holds.of_job(job.id) if is_terminal(job) else None
        if hold is None:
            return
        amount = cost(price_of(self._prices, hold.name, job, hold.noun), job)
        counted = self._holds.spend(hold, amount)
        if amount is None and counted is not None:
            told = "%s %s does not tell what it used of what has a price; it counts for %g, which was held back for it"
            logger.warning(told, hold.noun, job.id, counted)

    def check(self, names: Sequence[str], noun: Noun) -> None:
        """Check that something may be created, before anything is sent for it. The client calls this.

        Raises:
            BudgetExceededError: not even once all that runs is over.
            InvalidArgumentError: there is no price by any of these names.
        """
        self._allowed(names, noun)

    async def create(
        self, wire: Wire, names: Sequence[str], noun: Noun, create: Callable[[], Awaitable[RawJobT]]
    ) -> RawJobT:
        """Create something that may have a price by one of these names, if the limit allows it. The client calls this.

        Raises:
            BudgetExceededError: it does not.
            InvalidArgumentError: there is no price.
        """
        hold = await self._hold(wire, names, noun)
        try:
            job = await create()
        except AmbiguousCreateError as error:  # it may exist and be billed
            self._count_when_found(error, hold)
            raise
        except Exception:  # not created, as far as this client knows: what may have been is an AmbiguousCreateError
            self._holds.release(hold)
            raise
        except BaseException as interruption:  # Ctrl-C or cancellation; it was found and canceled, or may still exist
            if job_id := getattr(interruption, f"{noun}_id", None):
                self._holds.attach(hold, job_id)
            raise
        self._found(hold, job)
        return job

    def _found(self, hold: Hold, job: RawJob) -> None:
        self._holds.attach(hold, job.id)
        self.note(job)

    def _count_when_found(self, error: AmbiguousCreateError, hold: Hold) -> None:
        """See that what the `recover` of an error finds is what an amount is held back for."""
        find = error.finder
        if find is None:
            return

        async def finder(wire: Wire, memory: Any) -> Any:
            try:
                job = await find(wire, memory)
            except AmbiguousCreateError as newer:
                self._count_when_found(newer, hold)
                raise
            self._found(hold, job)
            return job

        error.finder = finder

    async def _hold(self, wire: Wire, names: Sequence[str], noun: Noun) -> Hold:
        name = self._allowed(names, noun)
        once = replace(wire.api.call_options, retries=RetryPolicy.of(0))
        quick = wire.with_options(once).until(wire.clock.monotonic() + _LOOKING_SECONDS)
        looked_at: set[Hold] = set()
        while (hold := self._holds.hold(name, noun, _access(wire))) is None:
            enough = len(looked_at) == _MOST_LOOKS
            unknown = None if enough else self._holds.to_look_at(wire.clock.monotonic(), _PAUSE)
            if unknown is None or unknown in looked_at:
                raise self._exceeded(name, names[0], noun)
            looked_at.add(unknown)
            await self._look(quick, unknown)
        return hold

    async def _look(self, wire: Wire, hold: Hold) -> None:
        """Ask for a job to learn its cost; one that is gone counts for what was held back for it."""
        try:
            self.note(await wire.call(_endpoint(hold.noun), hold.job_id or "", client=wire.api))
        except ReplicateError as error:
            if isinstance(error, NotFoundError) and hold.access is _access(wire):
                self._holds.spend(hold, None)
                return
            logger.info("the cost of %s %s could not be learned: %s", hold.noun, hold.job_id, error)

    def _exceeded(self, name: str, what: str, noun: Noun) -> BudgetExceededError:
        spent, held, count = self._holds.amounts()
        others = f", and {held:g} held back for {count} whose cost is not known" if count else ""
        advice = ", or wait for what runs" if count else ""
        return BudgetExceededError(
            f"the budget of {self.limit:g} allows no other {noun} of {what}, which may cost "
            f"{self._holds.expected(name):g}: {spent:g} is spent{others}. Nothing was created; raise the limit{advice}",
            limit=self.limit,
            spent=spent,
            held=held,
        )

    def _allowed(self, names: Sequence[str], noun: Noun) -> str:
        """Return the name that has a price, if what is spent leaves enough for it."""
        name = self._name(names)
        if name is None:
            raise InvalidArgumentError(
                f"the budget has no price for {names[0]}; add one to its prices, for that or for {names[-1]!r}",
                argument="prices",
            )
        if not self._holds.allows(name):
            raise self._exceeded(name, names[0], noun)
        return name

    def _name(self, names: Sequence[str]) -> str | None:
        return next((name for name in names if name in self._prices), None)

    def __repr__(self) -> str:
        return f"Budget(limit={self.limit:g}, spent={self.spent:g}, held={self.held:g})"


def _access(wire: Wire) -> object:
    """Return what is the same for a client and its copies: the service and the account they reach."""
    return wire.api.connection.access


def _endpoint(noun: Noun) -> Endpoint[..., Any]:
    if noun == "training":
        from replicate_api.api.trainings import trainings_get

        return trainings_get
    from replicate_api.api.predictions import predictions_get

    return predictions_get


def _check_amount(value: object, argument: str) -> Any:
    if not is_amount(value) or not value:
        raise InvalidArgumentError(f"{argument} must be a positive number, not {quote_value(value)}", argument=argument)
    return value
