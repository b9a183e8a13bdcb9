"""Finds how far a prediction is in the progress bars its model printed into the logs; it knows nothing of predictions.

Models report progress by printing bars in the style of the tqdm library::

    Rendering:  38%|███▊      | 6/16 [00:00<00:01,  7.82it/s]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERCENT = r"(?<![0-9.,])[0-9]{1,3}\Z"
_BAR = r"%[ \t]*\|[^|\r\n]*\|[ \t]*([0-9]{1,18})/([0-9]{1,18})(?=[\s\[\x1b]|\Z)([^\r\n]*)"
_BYTE_RATE = r"[0-9?] ?[kKMGTP]?i?B/s|s/[kKMGTP]?i?B\b"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a prediction is, by the last progress bar in its logs.

    A model that prints several bars one after the other makes this go back to zero in between.
    """

    percentage: float
    """The share that is done, from 0.0 to 1.0, in steps of a hundredth."""

    current: int
    """The number of steps done."""

    total: int
    """The number of steps to do."""

    @classmethod
    def parse(cls, logs: str | None) -> Progress | None:
        """Return what the last progress bar in these logs says, None if there is no bar.

        A bar may be redrawn in its line with carriage returns, and may have a description in front. Bars that count
        bytes are downloads of weights and the like, not the prediction: they are skipped.
        """
        if not logs:
            return None
        percent_sign = logs.rfind("%")
        while percent_sign >= 0:
            if found := _read_bar(logs, percent_sign):
                return found
            percent_sign = logs.rfind("%", 0, percent_sign)
        return None


def parse_progress(logs: str | None) -> Progress | None:
    """Return what the last progress bar in these logs says, None if there is no bar."""
    return Progress.parse(logs)


def _read_bar(logs: str, percent_sign: int) -> Progress | None:
    """Return what the bar around this percent sign says, None if there is none or it counts bytes."""
    bar = re.compile(_BAR).match(logs, percent_sign)
    percent = bar and re.search(_PERCENT, logs[max(percent_sign - 4, 0) : percent_sign])
    if not bar or not percent or re.search(_BYTE_RATE, bar[3]):
        return None
    return Progress(min(int(percent[0]), 100) / 100, int(bar[1]), int(bar[2]))
