"""local/fail: fails, in the way it is told."""

import os
import signal
import time
from typing import Any

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(
        self,
        how: str = Input(
            description="Raise an exception, end the process, kill it, or return what JSON cannot express.",
            default="raise",
            choices=["raise", "exit", "kill", "unserializable"],
        ),
        message: str = Input(description="The text of the exception.", default="This model always fails."),
        status: int = Input(description="The status with which the process exits.", default=3, ge=0, le=125),
        after: float = Input(description="Seconds to wait before that.", default=0, ge=0, le=60),
    ) -> Any:
        print("About to fail", flush=True)
        time.sleep(after)
        if how == "exit":
            os._exit(status)
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "unserializable":
            return object()
        raise RuntimeError(message)
