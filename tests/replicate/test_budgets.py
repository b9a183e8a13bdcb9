"""A client with a budget: what is counted, what is held back, and when nothing more is created."""

import asyncio
import math
import pickle
import threading
import time

import pytest
import replicate
from replicate._holds import Holds
from replicate.exceptions import (
    AmbiguousCreateError,
    BudgetExceededError,
    InvalidArgumentError,
    InvalidReferenceError,
    ModelError,
)

MODEL = "acme/painter"
VERSION = "ab" * 32
IMAGES = {MODEL: {"image_output_count": 0.5}}


def budget(limit=10, prices=IMAGES, reserve=1):
    return replicate.Budget(limit, prices=prices, reserve=reserve)


@pytest.fixture
def paint(fake_replicate):
    """Say how many images the predictions of the model tell from now on."""

    def paint(images=2, model=MODEL, **script):
        fake_replicate.script(model, "done", metrics={"image_output_count": images}, **script)

    paint()
    return paint


def creates(fake_replicate):
    return len(fake_replicate.creates)


def test_what_a_run_used_is_counted_by_the_price_of_its_model(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget())
    assert colour(client.run, MODEL, {}, wait=False) == "done"
    assert (client.budget.spent, client.budget.held, client.budget.left) == (1, 0, 9)


def test_nothing_is_created_beyond_the_limit(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget(limit=2.5))
    for _ in range(2):
        colour(client.run, MODEL, {"prompt": "a boat"}, wait=False)
    with pytest.raises(
        BudgetExceededError, match=r"2\.5 allows no other prediction of acme/painter.* 2 is spent\. .* limit$"
    ) as raised:
        colour(client.run, MODEL, {}, wait=False)
    assert (raised.value.limit, raised.value.spent, raised.value.held) == (2.5, 2, 0)
    assert creates(fake_replicate) == 2
    client.budget.limit = 3
    assert colour(client.run, MODEL, {}, wait=False) == "done"


@pytest.mark.parametrize(
    "call", ["run", "stream", "predictions.create", "models.predictions.create", "run_many", "use"]
)
def test_every_way_to_create_is_stopped(fake_replicate, paint, call):
    client = replicate.Client(budget=budget(limit=1, reserve=2))
    ways = {
        "run": lambda: client.run(MODEL, {}),
        "stream": lambda: next(iter(client.stream(MODEL, {}))),
        "predictions.create": lambda: client.predictions.create(MODEL, input={}),
        "models.predictions.create": lambda: client.models.predictions.create(MODEL, {}),
        "run_many": lambda: raise_(next(iter(client.run_many(MODEL, [{}]))).error),
        "use": lambda: client.use(MODEL)(),
    }
    with pytest.raises(BudgetExceededError):
        ways[call]()
    assert creates(fake_replicate) == 0


def raise_(error):
    raise error


@pytest.mark.parametrize("prices", [IMAGES, {"acme/other": {"run": 1}}], ids=["beyond the limit", "without a price"])
def test_no_file_is_uploaded_for_what_is_not_created(colour, fake_replicate, paint, prices):
    client = replicate.Client(budget=budget(limit=1, reserve=2, prices=prices))
    given = {"image": b"bytes"}
    ways = [
        lambda: colour(client.run, MODEL, given),
        lambda: colour(client.predictions.create, MODEL, input=given),
        lambda: colour.settle(lambda: next(iter(client.stream(MODEL, given)))),
        lambda: raise_(next(iter(client.run_many(MODEL, [given]))).error),
        lambda: colour(client.trainings.create, f"{MODEL}:{VERSION}", given, "acme/result"),
    ]
    for way in ways:
        with pytest.raises((BudgetExceededError, InvalidArgumentError)):
            way()
    assert fake_replicate.requests == []


def test_a_price_of_each_run_is_held_back_where_it_is_more_than_the_reserve(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget(limit=5, reserve=1, prices={"*": {"run": 3}}))
    colour(client.predictions.create, MODEL, input={})
    assert client.budget.held == 3
    with pytest.raises(BudgetExceededError, match="may cost 3"):
        colour(client.predictions.create, MODEL, input={})


def test_nothing_is_looked_at_where_the_spent_alone_forbids_another_one(colour, fake_replicate, paint):
    paint(images=5)
    client = replicate.Client(budget=budget(limit=6, reserve=3))
    running, _ = [colour(client.predictions.create, MODEL, input={}) for _ in range(2)]
    colour(running.wait)
    client.budget.limit = 3
    before = len(fake_replicate.requests)
    with pytest.raises(BudgetExceededError, match=r"2\.5 is spent, and 3 held back for 1"):
        colour(client.predictions.create, MODEL, input={})
    assert len(fake_replicate.requests) == before


def test_a_deployment_has_a_price_of_its_own(colour, fake_replicate, paint):
    paint(model="deployments/acme/fast")
    client = replicate.Client(budget=budget(prices={"deployments/acme/fast": {"image_output_count": 2}, **IMAGES}))
    colour(client.run, "deployments/acme/fast", {}, wait=False)
    assert client.budget.spent == 4


def test_the_most_particular_price_counts(colour, fake_replicate, paint):
    paint(model=f"{MODEL}:{VERSION}")
    client = replicate.Client(budget=budget(prices={"*": {"run": 5}, VERSION: {"run": 0.25}, MODEL: {"run": 3}}))
    colour(client.run, f"{MODEL}:{VERSION}", {}, wait=False)
    assert client.budget.spent == 0.25
    colour(client.run, VERSION, {}, wait=False)
    assert client.budget.spent == 0.5
    paint()
    colour(client.run, MODEL, {}, wait=False)
    assert client.budget.spent == 3.5


def test_a_version_asked_for_by_its_id_alone_has_the_price_of_its_model(colour, fake_replicate, paint):
    paint(model=f"{MODEL}:{VERSION}")
    client = replicate.Client(budget=budget(prices={**IMAGES, "*": {"run": 0.001}}))
    colour(client.run, VERSION, {}, wait=False)
    assert client.budget.spent == 1
    assert client.budget.estimate(colour(client.predictions.get, fake_replicate.predictions[0].id)) == 1


def test_a_version_with_a_price_keeps_it_although_its_predictions_tell_another_or_none(fake_replicate):
    told = {"model": MODEL, "version": "hidden", "status": "succeeded", "metrics": {"image_output_count": 2}}
    answer = {"id": "p1", "input": {}, "created_at": "2026-01-01T00:00:00Z", **told}
    fake_replicate.answer("POST /v1/predictions", status=201, json=answer)
    for name in (VERSION, f"{MODEL}:{VERSION}"):
        client = replicate.Client(budget=budget(prices={name: {"image_output_count": 2}, **IMAGES}))
        client.predictions.create(version=name, input={})
        assert client.budget.spent == 4


def test_a_deployment_has_its_own_price_although_its_predictions_tell_a_model_and_no_owner(fake_replicate):
    told = {"deployment": "fast", "model": MODEL, "status": "succeeded", "metrics": {"image_output_count": 2}}
    answer = {"id": "p1", "version": VERSION, "input": {}, "created_at": "2026-01-01T00:00:00Z", **told}
    fake_replicate.answer("POST /v1/deployments/acme/fast/predictions", status=201, json=answer)
    client = replicate.Client(budget=budget(prices={"deployments/acme/fast": {"image_output_count": 2}, **IMAGES}))
    client.predictions.create(deployment="acme/fast", input={})
    assert client.budget.spent == 4


def test_what_has_no_price_is_not_created(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget(prices={"acme/other": {"run": 1}}))
    with pytest.raises(InvalidArgumentError, match=r"no price for acme/painter; add one .* or for '\*'"):
        colour(client.run, MODEL, {})
    assert creates(fake_replicate) == 0


def test_a_reserve_is_held_back_for_what_runs(colour, fake_replicate, paint):
    paint(delay=math.inf)
    client = replicate.Client(budget=budget(limit=3, reserve=1.25))
    running = [colour(client.predictions.create, MODEL, input={}) for _ in range(2)]
    assert (client.budget.spent, client.budget.held, client.budget.left) == (0, 2.5, 0.5)
    with pytest.raises(BudgetExceededError, match=r"2\.5 held back for 2 whose cost is not known\. .*, or wait"):
        colour(client.predictions.create, MODEL, input={})
    assert creates(fake_replicate) == 2
    colour(running[0].cancel)
    assert client.budget.held == 1.25


def test_a_model_that_has_cost_more_than_the_reserve_counts_for_that(colour, fake_replicate, paint):
    paint(images=6)
    client = replicate.Client(budget=budget(limit=5, reserve=1))
    colour(client.run, MODEL, {}, wait=False)
    with pytest.raises(BudgetExceededError, match="may cost 3: 3 is spent"):
        colour(client.run, MODEL, {}, wait=False)
    assert client.budget.left == 2


def looks(fake_replicate):
    return [request.path for request in fake_replicate.requests if request.operation == "predictions.get"]


def test_those_that_ended_unseen_are_looked_at_until_the_next_one_fits(colour, fake_replicate, paint):
    paint(images=1)
    client = replicate.Client(budget=budget(limit=3, reserve=1))
    first, second, _ = [colour(client.predictions.create, MODEL, input={}) for _ in range(3)]
    for prediction in fake_replicate.predictions:
        prediction.finish()
    colour(client.predictions.create, MODEL, input={})
    assert looks(fake_replicate) == [f"/v1/predictions/{first.id}", f"/v1/predictions/{second.id}"]
    assert (client.budget.spent, client.budget.held) == (1, 2)


def test_before_a_create_is_refused_each_that_runs_is_looked_at_and_no_more_than_twenty(colour, fake_replicate, paint):
    paint(delay=math.inf, cold_boot=0)
    client = replicate.Client(budget=budget(limit=30, reserve=1))
    for _ in range(30):
        colour(client.predictions.create, MODEL, input={})
    for number in (20, 30, 30):
        with pytest.raises(BudgetExceededError):
            colour(client.predictions.create, MODEL, input={})
        assert len(looks(fake_replicate)) == len(set(looks(fake_replicate))) == number


def test_a_create_looks_at_each_that_runs_once_however_long_a_look_takes(monkeypatch, colour, fake_replicate, paint):
    monkeypatch.setattr("replicate.budget._PAUSE", 0.0)
    paint(delay=math.inf, cold_boot=0)
    client = replicate.Client(budget=budget(limit=2, reserve=1))
    for _ in range(2):
        colour(client.predictions.create, MODEL, input={})
    with pytest.raises(BudgetExceededError):
        colour(client.predictions.create, MODEL, input={})
    assert len(looks(fake_replicate)) == 2


def test_a_refresh_looks_at_all_whose_cost_is_not_known(colour, fake_replicate, paint):
    paint(delay=0)
    client = replicate.Client(budget=budget())
    for _ in range(3):
        colour(client.predictions.create, MODEL, input={})
    assert client.budget.spent == 0
    for _ in range(3):  # a look at the scripted service shows the next status
        assert colour(client.budget.refresh, client) is client.budget
    assert (client.budget.spent, client.budget.held) == (3, 0)
    before = len(fake_replicate.requests)
    colour(client.budget.refresh, client)
    assert len(fake_replicate.requests) == before


def test_those_that_wait_longest_are_looked_at_first():
    holds = Holds(10_000, 1, {})
    for job_id in "abc":
        holds.attach(holds.hold(MODEL, "prediction", None), job_id)
    looked_at = [holds.to_look_at(now, 1.0) for now in (0.0, 0.25, 0.5, 0.75, 1.0, 1.0)]
    assert [hold and hold.job_id for hold in looked_at] == ["a", "b", "c", None, "a", None]
    holds.attach(holds.hold(MODEL, "prediction", None), "d")
    assert holds.to_look_at(1.0, 1.0).job_id == "d"
    holds.spend(holds.of_job("b"), 1.0)
    assert [holds.to_look_at(9.0, 1.0).job_id for _ in range(3)] == ["c", "a", "d"]


def test_looking_for_what_to_look_at_takes_no_longer_where_thousands_run():
    def seconds(number):
        holds = Holds(10_000, 1, {})
        for job in range(number):
            holds.attach(holds.hold(MODEL, "prediction", None), str(job))
        started = time.process_time()
        for now in range(20_000):
            holds.to_look_at(float(now), 0.0)
        return time.process_time() - started

    assert seconds(5000) < 50 * seconds(5)  # it was 700 times as long when each was asked how long it waits


def test_a_job_that_two_creates_are_answered_with_is_counted_once():
    holds = Holds(10, 1, {})
    first, second = holds.hold(MODEL, "prediction", None), holds.hold(MODEL, "prediction", None)
    holds.attach(first, "a")
    holds.attach(second, "a")
    assert (holds.amounts(), holds.of_job("a")) == ((0, 1, 1), first)


def test_a_refresh_ends_where_everything_still_runs(colour, fake_replicate, paint):
    paint(delay=math.inf)
    client = replicate.Client(budget=budget())
    for _ in range(3):
        colour(client.predictions.create, MODEL, input={})
    before = len(fake_replicate.requests)
    colour(client.budget.refresh, client)
    assert (client.budget.held, len(fake_replicate.requests) - before) == (3, 3)


def test_a_cost_is_counted_once(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget())
    prediction = colour(client.predictions.create, MODEL, input={})
    colour(prediction.wait)
    for _ in range(2):
        colour(prediction.reload)
        colour(client.predictions.get, prediction.id)
    assert client.budget.spent == 1


def test_what_others_created_is_not_counted(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget())
    other = colour(replicate.Client().predictions.create, MODEL, input={})
    colour(other.wait)
    colour(client.predictions.get, other.id)
    assert (client.budget.spent, client.budget.held) == (0, 0)


def test_clients_can_share_a_budget_and_copies_do(colour, fake_replicate, paint):
    shared = budget()
    first, second = replicate.Client(budget=shared), replicate.Client("r8_other", budget=shared)
    for client in (first, second, first.with_options(max_retries=0)):
        colour(client.run, MODEL, {}, wait=False)
    assert shared.spent == 3


def test_a_create_that_was_refused_holds_nothing_back(colour, fake_replicate, paint):
    fake_replicate.fail("create", status=402)
    client = replicate.Client(budget=budget())
    with pytest.raises(replicate.exceptions.InsufficientCreditError):
        colour(client.run, MODEL, {})
    assert client.budget.left == 10


def test_a_create_whose_answer_was_lost_for_good_stays_held_back(colour, fake_replicate, paint):
    fake_replicate.fail("create", status=500, times=None)
    client = replicate.Client(budget=budget())
    with pytest.raises(AmbiguousCreateError):
        colour(client.run, MODEL, {})
    assert client.budget.held == 1


def test_what_recover_finds_is_what_was_held_back_for(colour, fake_replicate, paint):
    fake_replicate.cut("create", at="answer")
    fake_replicate.fail("predictions.list", status=503, times=8)  # looking for it fails twice, four looks each
    client = replicate.Client(budget=budget(limit=1), max_retries=0)
    with pytest.raises(AmbiguousCreateError) as lost:
        colour(client.run, MODEL, {})
    with pytest.raises(AmbiguousCreateError) as still_lost:
        colour(lost.value.recover)
    assert client.budget.held == 1
    colour(colour(still_lost.value.recover).wait)
    assert (client.budget.spent, client.budget.held) == (1, 0)


def test_a_training_that_recover_finds_is_what_was_held_back_for(colour, fake_replicate):
    fake_replicate.script(f"{MODEL}:{VERSION}", "done")
    fake_replicate.cut("trainings.create", at="answer")
    fake_replicate.fail("trainings.list", status=503, times=4)
    client = replicate.Client(budget=budget(prices={"trainings/*": {"run": 2}}), max_retries=0)
    with pytest.raises(AmbiguousCreateError) as lost:
        colour(client.trainings.create, f"{MODEL}:{VERSION}", {}, "acme/result")
    colour(colour(lost.value.recover).wait)
    assert (client.budget.spent, client.budget.held) == (2, 0)


def test_a_create_that_was_interrupted_is_counted_once_it_is_found(fake_replicate):
    fake_replicate.script(MODEL, None, delay=math.inf)
    client = replicate.Client(budget=budget())

    async def interrupt():
        loop = asyncio.get_running_loop()

        async def cancel_the_caller(connection, _):
            loop.call_soon_threadsafe(running.cancel)
            await connection.until_hung_up()

        fake_replicate.distort("create", cancel_the_caller)
        running = asyncio.create_task(client.async_run(MODEL, {}))
        with pytest.raises(asyncio.CancelledError) as interruption:
            await running
        assert interruption.value.prediction_id == fake_replicate.predictions[0].id
        await client.budget.async_refresh(client)

    asyncio.run(interrupt())
    assert fake_replicate.predictions[0].status == "canceled"
    assert (client.budget.spent, client.budget.held) == (0, 0)


def test_a_create_that_was_found_again_is_counted(colour, fake_replicate, paint):
    fake_replicate.cut("create", at="answer")
    client = replicate.Client(budget=budget())
    assert colour(client.run, MODEL, {"prompt": "boat"}, wait=False) == "done"
    assert (client.budget.spent, client.budget.held) == (1, 0)


def test_a_failure_costs_what_it_tells(colour, fake_replicate):
    fake_replicate.script(MODEL, None, status="failed", error="no", delay=3)
    client = replicate.Client(budget=budget(prices={MODEL: {"predict_time": 0.5, "image_output_count": 9, "run": 7}}))
    with pytest.raises(ModelError) as raised:
        colour(client.run, MODEL, {}, wait=False)
    seconds = raised.value.prediction.metrics["predict_time"]
    assert client.budget.spent == pytest.approx(0.5 * seconds)
    assert seconds > 0


def test_what_was_aborted_costs_nothing(colour, fake_replicate):
    fake_replicate.script(MODEL, None, status="aborted", metrics={"image_output_count": "none"})
    client = replicate.Client(budget=budget(prices={MODEL: {"image_output_count": 0.5, "run": 7}}))
    with pytest.raises(ModelError):
        colour(client.run, MODEL, {}, wait=False)
    assert client.budget.left == 10


@pytest.mark.parametrize("told", [None, "two", True, -1, 10**400, math.inf], ids=repr)
def test_a_success_that_does_not_tell_what_it_used_counts_for_what_was_held_back(colour, fake_replicate, caplog, told):
    fake_replicate.script(MODEL, "done", metrics={"image_output_count": told})
    client = replicate.Client(budget=budget(reserve=4))
    assert colour(client.run, MODEL, {}, wait=False) == "done"
    assert (client.budget.spent, client.budget.held) == (4, 0)
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert f"{fake_replicate.predictions[0].id} does not tell what it used" in record.getMessage()


def test_the_warning_tells_what_was_held_back_even_if_others_have_cost_more_since(fake_replicate, caplog):
    fake_replicate.script(MODEL, "done", metrics={}, times=1)
    fake_replicate.script(MODEL, "done", metrics={"image_output_count": 8})
    client = replicate.Client(budget=budget())
    silent, dear = (client.predictions.create(MODEL, input={}) for _ in range(2))
    dear.wait()
    silent.wait()
    assert client.budget.spent == 5
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert "it counts for 1, which" in record.getMessage()


@pytest.mark.parametrize(
    ("priced", "told"), [("token_input_count", "input_token_count"), ("image_count", "image_output_count")]
)
def test_measurements_with_two_names_are_known_by_either(colour, fake_replicate, priced, told):
    fake_replicate.script(MODEL, "done", metrics={told: 1000})
    client = replicate.Client(budget=budget(prices={"*": {priced: 0.001}}))
    colour(client.run, MODEL, {}, wait=False)
    assert client.budget.spent == 1


def test_trainings_have_prices_of_their_own(colour, fake_replicate):
    client = replicate.Client(budget=budget(limit=3, prices={"*": {"run": 1}}))
    with pytest.raises(InvalidArgumentError, match=r"no price for trainings/acme/painter; .* for 'trainings/\*'"):
        colour(client.trainings.create, f"{MODEL}:{VERSION}", {}, "acme/result")
    client = replicate.Client(budget=budget(limit=3, prices={"trainings/acme/painter": {"run": 2}}, reserve=2))
    fake_replicate.script(f"{MODEL}:{VERSION}", "done")
    training = colour(client.trainings.create, f"{MODEL}:{VERSION}", {}, "acme/result")
    assert client.budget.held == 2
    with pytest.raises(BudgetExceededError, match="no other training of trainings/acme/painter"):
        colour(client.trainings.create, f"{MODEL}:{VERSION}", {}, "acme/result")
    colour(training.wait)
    assert (client.budget.spent, client.budget.held) == (2, 0)
    assert client.budget.estimate(training) == 2


def test_a_job_that_is_gone_counts_for_what_was_held_back(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget())
    colour(client.predictions.create, MODEL, input={})
    fake_replicate.fail("predictions.get", status=404)
    colour(client.budget.refresh, client)
    assert (client.budget.spent, client.budget.held) == (1, 0)


def test_a_job_that_another_account_does_not_know_stays_held_back(colour, fake_replicate, paint):
    shared = budget(limit=1)
    prediction = colour(replicate.Client(budget=shared).predictions.create, MODEL, input={})
    fake_replicate.fail("predictions.get", status=404, times=2)
    other = replicate.Client("r8_other", budget=shared)
    with pytest.raises(BudgetExceededError):
        colour(other.predictions.create, MODEL, input={})
    colour(shared.refresh, other)
    assert (shared.spent, shared.held) == (0, 1)
    colour(prediction.wait)
    assert (shared.spent, shared.held) == (1, 0)


def test_a_copy_of_a_client_knows_that_a_job_is_gone(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget())
    colour(client.predictions.create, MODEL, input={})
    fake_replicate.fail("predictions.get", status=404)
    colour(client.budget.refresh, client.with_options(max_retries=0))
    assert (client.budget.spent, client.budget.held) == (1, 0)


def test_trouble_while_a_cost_is_asked_for_leaves_it_held_back(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget(limit=1))
    colour(client.predictions.create, MODEL, input={})
    fake_replicate.fail("predictions.get", status=503, times=None)
    with pytest.raises(BudgetExceededError):
        colour(client.predictions.create, MODEL, input={})
    assert client.budget.held == 1
    assert [request.operation for request in fake_replicate.requests[1:]] == ["predictions.get"]


def test_an_estimate_counts_nothing(fake_replicate, paint):
    plain = replicate.Client()
    prediction = plain.predictions.create(MODEL, input={})
    mine = budget()
    assert mine.estimate(prediction) is None
    prediction.wait()
    assert mine.estimate(prediction) == 1
    assert budget(prices={"acme/other": {"run": 1}}).estimate(prediction) is None
    assert mine.spent == 0


def test_ten_times_a_tenth_is_one(fake_replicate, paint):
    client = replicate.Client(budget=budget(limit=1, prices={"*": {"run": 0.1}}, reserve=0.1))
    for _ in range(10):
        client.run(MODEL, {}, wait=False)
    assert (client.budget.spent, client.budget.left) == (1, 0)
    with pytest.raises(BudgetExceededError):
        client.run(MODEL, {}, wait=False)


def test_threads_do_not_exceed_the_limit_together(fake_replicate, paint):
    paint(delay=math.inf)
    client = replicate.Client(budget=budget(limit=5, reserve=1))
    refused = []

    def create():
        try:
            client.predictions.create(MODEL, input={})
        except BudgetExceededError as error:
            refused.append(error)

    threads = [threading.Thread(target=create) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (creates(fake_replicate), len(refused)) == (5, 7)


def test_a_batch_tells_which_inputs_the_budget_did_not_allow(colour, fake_replicate, paint):
    client = replicate.Client(budget=budget(limit=2, reserve=1))
    outcomes = list(client.run_many(MODEL, [{"n": n} for n in range(4)]))
    assert sum(isinstance(outcome.error, BudgetExceededError) for outcome in outcomes) == 4 - creates(fake_replicate)
    assert client.budget.spent <= 2


@pytest.mark.parametrize("amount", [0, -1, math.inf, math.nan, True, None, "5", 10**400])
@pytest.mark.parametrize("argument", ["limit", "reserve"])
def test_amounts_are_positive_numbers(argument, amount):
    with pytest.raises(InvalidArgumentError, match=f"{argument} must be a positive number") as raised:
        budget(**{argument: amount})
    assert raised.value.argument == argument
    if argument == "limit":
        with pytest.raises(InvalidArgumentError):
            budget().limit = amount


NO_PRICES = [
    *(None, {}, 0.5, [], {MODEL: 0.5}, {MODEL: {}}, {MODEL: {"predict_time": -1}}, {MODEL: {"run": "1"}}),
    *({MODEL: {"run": 1}, ("acme", "painter"): {"run": 2}},),
    *({MODEL: {1: 1}}, {"painter": {"run": 1}}, {"": {"run": 1}}, {1: {"run": 1}}, {"trainings/painter": {"run": 1}}),
]


@pytest.mark.parametrize("prices", NO_PRICES, ids=repr)
def test_prices_are_measurements_by_model(prices):
    with pytest.raises((InvalidArgumentError, InvalidReferenceError)) as raised:
        budget(prices=prices)
    assert raised.value.argument == "prices"


def test_a_budget_is_one_of_ours():
    with pytest.raises(InvalidArgumentError, match=r"budget must be a replicate\.Budget, not 5"):
        replicate.Client(budget=5)


def test_a_budget_tells_where_it_stands(fake_replicate, paint):
    client = replicate.Client(budget=budget())
    assert replicate.Client().budget is None
    client.run(MODEL, {}, wait=False)
    assert repr(client.budget) == "Budget(limit=10, spent=1, held=0)"


def test_the_error_survives_a_pickle():
    error = pickle.loads(pickle.dumps(BudgetExceededError("told", limit=1, spent=2, held=3)))
    assert (str(error), error.limit, error.spent, error.held) == ("told", 1, 2, 3)
