"""local/ngram: a word n-gram language model of Python's own documentation, or of a text it was trained on."""

import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict

from cog import BaseModel, BasePredictor, ConcatenateIterator, Input, Path, current_scope

_FALLBACK = (
    "A prediction is one run of a model. A model takes an input and makes an output. The output of a model can be a "
    "text, a picture or a list of them. When the input is the same and the seed is the same, the output is the same. "
    "A text is made of words, and each word follows from the words before it. The words that follow are the words "
    "that followed before. "
)


def _training_text() -> str:
    try:
        from pydoc_data.topics import topics
    except ImportError:  # some builds of Python leave it out
        return _FALLBACK
    return " ".join(topics[name] for name in sorted(topics))


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z']+|[.,;:]", text)


class Table:
    """Which words were seen after each pair of words and after each single word."""

    def __init__(self) -> None:
        self.after_two: defaultdict[str, list[str]] = defaultdict(list)
        self.after_one: defaultdict[str, list[str]] = defaultdict(list)

    def learn(self, words: list[str]) -> None:
        for first, second, third in zip(words, words[1:], words[2:], strict=False):
            self.after_two[f"{first} {second}".lower()].append(third)
            self.after_one[second.lower()].append(third)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"after_two": self.after_two, "after_one": self.after_one}), "utf-8")

    def load(self, path: Path) -> None:
        saved = json.loads(path.read_text("utf-8"))
        self.after_two.update(saved["after_two"])
        self.after_one.update(saved["after_one"])


class TrainingOutput(BaseModel):
    weights: Path


def train(
    file: Path | None = Input(description="A text file in UTF-8 to learn from.", default=None),
    text: str = Input(description="More text to learn from, or all of it.", default=""),
    steps: int = Input(description="In how many steps to learn it.", default=1, ge=1, le=100),
    delay: float = Input(description="Seconds to wait after each step.", default=0, ge=0, le=10),
) -> TrainingOutput:
    content = file.read_text("utf-8", "replace") if file else ""
    words = _words(f"{content}\n{text}")
    if len(words) < 3:
        raise ValueError("there are fewer than three words to learn from: give a file or a text")
    table = Table()
    size = -(-len(words) // steps)
    for step, begin in enumerate(range(0, len(words), size), 1):
        table.learn(words[begin : begin + size + 2])  # two more, so that no sequence is lost between steps
        print(f"Step {step}: {min(begin + size, len(words))} of {len(words)} words", flush=True)
        time.sleep(delay)
    path = Path(tempfile.mkdtemp(), "ngram.json")
    table.save(path)
    return TrainingOutput(weights=path)


class Predictor(BasePredictor):
    def setup(self, weights: Path | None = None) -> None:
        """Take what was learned, or learn from Python's documentation."""
        self.table = Table()
        if weights is None:
            self.table.learn(_words(_training_text()))
        else:
            self.table.load(weights)
        self.openings = sorted({word for word in self.table.after_one if word[0].isalpha()} or self.table.after_one)

    def predict(
        self,
        prompt: str = Input(description="Text to go on from."),
        max_tokens: int = Input(description="How many words to make at most.", default=64, ge=1, le=512),
        temperature: float = Input(
            description="0 always takes the most frequent next word; 1 takes words as often as they were seen.",
            default=0.8,
            ge=0,
            le=2,
        ),
        seed: int | None = Input(description="The same seed gives the same text; random if left out.", default=None),
        delay: float = Input(description="Seconds to wait before each word.", default=0, ge=0, le=0.2),
    ) -> ConcatenateIterator[str]:
        began = time.monotonic()
        if seed is None:
            seed = random.SystemRandom().randrange(2**32)
        print(f"Using seed: {seed}")
        chance = random.Random(seed)
        context = [word.lower() for word in _words(prompt)]
        current_scope().record_metric("input_token_count", len(context))
        made = 0
        while made < max_tokens:
            word = self._next(context, temperature, chance)
            context.append(word.lower())
            time.sleep(delay)
            if made == 0:
                current_scope().record_metric("time_to_first_token", time.monotonic() - began)
            made += 1
            yield word if word in ".,;:" else " " + word
        current_scope().record_metric("output_token_count", made)
        current_scope().record_metric("tokens_per_second", made / max(time.monotonic() - began, 1e-6))

    def _next(self, context: list[str], temperature: float, chance: random.Random) -> str:
        seen = self.table.after_two.get(" ".join(context[-2:])) or self.table.after_one.get(
            context[-1] if context else ""
        )
        if not seen:
            return chance.choice(self.openings)
        if temperature == 0:
            return min(Counter(seen).items(), key=lambda item: (-item[1], item[0]))[0]
        if temperature == 1:
            return chance.choice(seen)
        counts = Counter(seen)
        words = sorted(counts)
        return chance.choices(words, [counts[word] ** (1 / temperature) for word in words])[0]
