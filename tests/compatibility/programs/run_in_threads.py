"""Use the module's functions from several threads at the same time."""

from concurrent.futures import ThreadPoolExecutor

import replicate


def shout(text):
    return replicate.run("local/echo", input={"text": text})["text"].upper()


with ThreadPoolExecutor(max_workers=4) as pool:
    assert list(pool.map(shout, ["a", "b", "c", "d", "e", "f"])) == ["A", "B", "C", "D", "E", "F"]
