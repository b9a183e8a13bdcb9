"""local/wordcount: counts of the lines, words and characters of a text file."""

import re
from collections import Counter

from cog import BaseModel, BasePredictor, Input, Path


class Counts(BaseModel):
    bytes: int
    lines: int
    words: int
    characters: int
    most_common: dict[str, int]


class Predictor(BasePredictor):
    def predict(
        self,
        text: Path = Input(description="A text file in UTF-8."),
        top: int = Input(description="How many of the most frequent words to list.", default=5, ge=0, le=100),
    ) -> Counts:
        data = text.read_bytes()
        content = data.decode("utf-8", "replace")
        words = re.findall(r"\w+", content.lower())
        ranked = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
        print(f"Counted {text.name}")
        return Counts(
            bytes=len(data),
            lines=len(content.splitlines()),
            words=len(words),
            characters=len(content),
            most_common=dict(ranked[:top]),
        )
