"""Call `asyncio.run` more than once."""

import asyncio

import replicate


async def ask():
    return (await replicate.async_run("local/echo", input={"text": "again"}))["text"]


assert [asyncio.run(ask()), asyncio.run(ask())] == ["again", "again"]
