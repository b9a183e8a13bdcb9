"""local/echo: gives its input back, as the model's code received it."""

from typing import Any

from cog import BasePredictor, Input


class Predictor(BasePredictor):
    def predict(
        self,
        text: str = Input(description="Any text.", default=""),
        number: float = Input(description="Any number.", default=0),
        count: int = Input(description="A whole number from 0 to 100.", default=1, ge=0, le=100),
        flag: bool = Input(description="Yes or no.", default=False),
        choice: str = Input(description="One of three.", default="a", choices=["a", "b", "c"]),
        word: str | None = Input(
            description="One to eight small letters, or nothing.",
            default=None,
            min_length=1,
            max_length=8,
            regex="^[a-z]+$",
        ),
        items: list[str] = Input(description="Any texts.", default=[]),
    ) -> dict[str, Any]:
        print(f"Received {len(text)} characters")
        return {
            "text": text,
            "number": number,
            "count": count,
            "flag": flag,
            "choice": choice,
            "word": word,
            "items": items,
        }
