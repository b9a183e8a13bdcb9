"""local/sleeper: sleeps for as long as it is told and logs its progress."""

import subprocess
import sys
import time

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(
        self,
        seconds: float = Input(description="How long to sleep.", default=1, ge=0, le=600),
        steps: int = Input(description="How many lines of progress to log.", default=10, ge=1, le=1000),
        stubborn: bool = Input(description="Ignore interrupts, so that only killing helps.", default=False),
        child: bool = Input(description="Sleep in a child process and log its process id.", default=False),
    ) -> str:
        if child:
            with subprocess.Popen(["sleep", str(seconds)]) as process:  # noqa: S603, S607  a plain command of the system
                print(f"Child process: {process.pid}", flush=True)
            return f"slept {seconds:g} s in a child process"
        for step in range(steps):
            _sleep(seconds / steps, stubborn)
            share = (step + 1) / steps
            bar = "█" * int(share * 10) + " " * (10 - int(share * 10))
            print(f"{int(share * 100):3d}%|{bar}| {step + 1}/{steps}", file=sys.stderr)
        return f"slept {seconds:g} s"


def _sleep(seconds: float, stubborn: bool) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            time.sleep(left)
        except KeyboardInterrupt:
            if not stubborn:
                raise
