"""The scripted service as a test has it in hand: what to play, what to break, what was asked; how, is decided below."""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from . import _checks
from ._faults import Fault, Faults
from ._network import Network
from ._records import Records
from ._replies import Reply, cut_in_the_body, dropped, malformed, whole
from ._scripts import OutputFile, Script
from ._serving import Server
from ._state import State
from ._time import SkippingTime
from ._webhooks import make_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from ._predictions import FakePrediction
    from ._records import RecordedRequest
    from ._replies import Transmit
    from ._scripts import Output
    from ._webhooks import WebhookEventName, WebhookMessage

_SECRET = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"  # noqa: S105 - made up; it is the same in every test


class FakeReplicate:
    """The Replicate API, played on loopback sockets as a test scripts it. Predictions cost nothing and take no time.

    Time does not pass where anybody would wait: the pauses of this library's clients and the delays of scripts are
    skipped. Each look at a prediction lets time pass until there is something new to see.

    Attributes:
        url: the API's origin, for `REPLICATE_BASE_URL`.
        token: a token, for `REPLICATE_API_TOKEN`. Any other is taken too.
        webhook_secret: what webhook messages are signed with, and what the API tells a client that asks for it.
        time: the time in which all this happens; `time.is_real = True` lets everything take its time.
    """

    def __init__(self) -> None:
        self.token = f"r8_{secrets.token_hex(18)}x"
        self.webhook_secret = _SECRET
        self.time = SkippingTime()
        self._records = Records(self.token)
        self._faults = Faults()
        self._state = State(self.time, _SECRET)
        self._network = Network()
        server = Server(self._state, self._faults, self._records)
        self.url = self._state.api = self._network.listen(server.api).url
        self._state.file_host = self._network.listen(server.files).url

    def script(
        self,
        reference: str,
        output: Output = None,
        *,
        logs: str | Sequence[str] = (),
        statuses: Sequence[str] = ("starting", "processing"),
        delay: float | None = None,
        cold_boot: float | None = None,
        status: Literal["succeeded", "failed", "canceled", "aborted"] = "succeeded",
        error: str | None = None,
        metrics: Mapping[str, Any] | None = None,
        official: bool = True,
        openapi_schema: Mapping[str, Any] | None = None,
        times: int | None = None,
    ) -> None:
        """Say what the predictions of a model do from now on.

        Args:
            reference: `owner/name`, `owner/name:version`, a version's id, `deployments/owner/name`, or `*` for all
                that have no script of their own.
            output: what comes out: JSON, with an `OutputFile` for each file; or a function that makes it from the
                input. A list arrives piece by piece. An exception of the function is a failure of the model.
            logs: lines, or a text of lines. They come bit by bit, with each `processing`.
            statuses: what successive looks show before the end.
            delay: seconds of work, on the skipped time; `math.inf` for a prediction that hangs until it is canceled.
            cold_boot: seconds until the work begins, on the skipped time.
            status: how it ends.
            error: what it fails with.
            metrics: what is told beside `predict_time` and `total_time`.
            official: whether the model can be run by its name alone. If not, a client asks for its version first.
            openapi_schema: what its version tells of its input and output.
            times: for how many predictions this is; the next script for the model follows then.
        """
        given = {"cold_boot": cold_boot, "delay": delay, "metrics": metrics, "openapi_schema": openapi_schema}
        self._state.scripts.add(
            Script(
                reference=reference,
                output=output,
                logs=logs.splitlines() if isinstance(logs, str) else logs,
                statuses=statuses,
                ending=status,
                error=error,
                official=official,
                times=times,
                **cast("dict[str, Any]", {name: value for name, value in given.items() if value is not None}),
            )
        )

    def answer(
        self,
        on: str,
        json: Any = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Answer requests with a body of your own, for what this service does not play.

        Args:
            on: which requests, as for `fail`: a method and a path such as `GET /v1/collections/*`, or a name.
            json: the body; bytes and text are sent as they are.
            status: the HTTP status.
            headers: headers of the answer.
            times: for how many requests; None for all that come.
        """
        reply = Reply.of(json, status, headers)
        self._faults.add(on, Fault(reply=reply, times=times))

    def fail(
        self,
        on: str = "create",
        *,
        status: int = 503,
        times: int | None = 1,
        retry_after: float | None = None,
        detail: str | None = None,
        accepted: bool = False,
    ) -> None:
        """Answer the next requests with an error.

        Args:
            on: which requests: `create` for every way to create a prediction; the name of an operation, such as
                `predictions.get`; `stream` or `download`; or a method and a path, in which `*` stands for anything.
            status: the HTTP status, such as 429, 500 or 503.
            times: for how many requests; None for all that come.
            retry_after: seconds that the answer asks to wait.
            detail: the sentence in its body.
            accepted: whether the service does what was asked for, and says otherwise.
        """
        members: dict[str, Any] = {} if retry_after is None else {"retry_after": retry_after}
        if detail is None:
            detail = "Request was throttled." if status == 429 else f"fake_replicate fails with {status}, as told."
        reply = Reply.problem(status, detail, **members)
        if retry_after is not None:
            reply.headers["Retry-After"] = f"{math.ceil(retry_after)}"
        self._faults.add(on, Fault(reply=reply, accepted=accepted, times=times))

    def cut(
        self,
        on: str = "create",
        *,
        at: Literal["request", "answer", "body"] = "answer",
        events: int | None = None,
        times: int | None = 1,
    ) -> None:
        """End the connection of the next requests too early.

        Args:
            on: which requests, as for `fail`.
            at: `request`: nothing was done; `answer`: it was done, and no byte of the answer comes; `body`: it was
                done, and half of the answer's body comes.
            events: for `on="stream"`: the stream is cut after so many events.
            times: for how many requests; None for all that come.

        Raises:
            ValueError: `events` was given for something that is no stream.
        """
        if events is not None and on != "stream":
            raise ValueError("events are what a stream is cut after: cut('stream', events=…)")
        transmit = whole if events is not None else cut_in_the_body if at == "body" else dropped
        self._faults.add(
            on, Fault(transmit, arrives=events is not None, accepted=at != "request", events=events, times=times)
        )

    def slow(self, on: str = "create", *, seconds: float, times: int | None = 1) -> None:
        """Send the first byte of the next answers after so many real seconds: they count for a client's time-outs."""
        self._faults.add(on, Fault(accepted=True, seconds=seconds, times=times))

    def garble(self, on: str = "create", *, times: int | None = 1) -> None:
        """Answer the next requests with JSON that is cut in the middle, although what they ask for was done."""
        self._faults.add(on, Fault(malformed, accepted=True, times=times))

    def distort(self, on: str, transmit: Transmit, *, accepted: bool = True, times: int | None = 1) -> None:
        """Let a function of the test send the next answers, for what the other faults do not do.

        Args:
            on: which requests, as for `fail`.
            transmit: `async def transmit(connection, reply)`, which gets the answer as it is meant. It sends bytes with
                `await connection.send(reply.head(), reply.body)`, and ends with `close()`, `reset()`, `half_close()` or
                `until_hung_up()` of the connection, whose `request` is the one to answer.
            accepted: whether the service does what the requests ask for.
            times: for how many requests; None for all that come.

        What the function raises fails the test at its end.
        """
        self._faults.add(on, Fault(transmit, arrives=False, accepted=accepted, times=times))

    def file(self, content: bytes, name: str = "file.bin", *, foreign: bool = False) -> str:
        """Serve a file and return its URL, to give to a model as an input; `foreign` puts it on the file host."""
        path = self._state.files.add_output(OutputFile(content, name))
        return f"{self._state.file_host if foreign else self.url}{path}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, to the API and to the file host, in order."""
        return list(self._records.requests)

    @property
    def creates(self) -> list[RecordedRequest]:
        """The requests so far that ask for a prediction."""
        return [request for request in self.requests if request.is_create]

    @property
    def predictions(self) -> list[FakePrediction]:
        """The predictions so far, in the order of their creation."""
        return [prediction for prediction in self._state.predictions if prediction.noun == "prediction"]

    @property
    def trainings(self) -> list[FakePrediction]:
        """The trainings so far, in the order of their creation."""
        return [prediction for prediction in self._state.predictions if prediction.noun == "training"]

    @property
    def uploads(self) -> dict[str, bytes]:
        """The uploaded files that were not deleted: each name and its content."""
        return {upload.name: upload.content for upload in self._state.files.uploads.values()}

    @property
    def pauses(self) -> list[float]:
        """The pauses that clients made so far, in seconds: between looks, and before requests were sent again."""
        return list(self.time.pauses)

    def webhook(
        self, prediction: FakePrediction | str | Any = None, event: WebhookEventName = "completed"
    ) -> WebhookMessage:
        """Return the signed message that the service would send to the webhook of a prediction.

        Args:
            prediction: one of `predictions`, a prediction of a client, or an id; the latest by default.
            event: what happened. For `completed` the prediction is brought to its end first.

        Raises:
            ValueError: there is no such prediction, or it hangs.
        """
        return make_message(self._find(prediction), event, self.webhook_secret)

    def _find(self, wanted: Any) -> FakePrediction:
        if wanted is None and self._state.predictions:
            return self._state.predictions[-1]
        prediction_id = wanted if isinstance(wanted, str) else getattr(wanted, "id", None)
        found = self._state.find(prediction_id) if isinstance(prediction_id, str) else None
        if found is None:
            raise ValueError(f"{wanted!r} is no prediction of this test; there are {self._state.predictions}")
        return found

    def assert_no_create_sent_twice(self) -> None:
        """Check that no create was sent again after one that was, or may have been, accepted: it would cost twice.

        Equal creates are told apart by nothing. A test that means to create the same twice has to vary the input.
        """
        _checks.check_creates(self.creates)

    def assert_token_never_left(self) -> None:
        """Check that no request to the file host, which is not the API's origin, carried a token."""
        _checks.check_leaks(self._records.leaks)

    def assert_nothing_left_running(self) -> None:
        """Check that all predictions and trainings are over, as far as anybody has seen."""
        _checks.check_endings(self._state.predictions)

    def close(self) -> None:
        """Take no more requests, and end all connections and the thread that serves them."""
        self._network.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self.close()
        if error is None and self._records.failures:
            raise self._records.failures[0]  # of a function given to `distort`, which has nobody else to tell

    def __repr__(self) -> str:
        return f"<FakeReplicate {self.url}: {len(self._records.requests)} requests>"
