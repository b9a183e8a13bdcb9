"""Loop over the pieces of a pinned version with `async for`."""

import asyncio

import replicate


async def main():
    model = await replicate.models.async_get("local/ngram")
    ref = f"local/ngram:{model.latest_version.id}"
    pieces = [
        piece async for piece in await replicate.async_run(ref, input={"prompt": "The", "max_tokens": 5, "seed": 1})
    ]
    assert len(pieces) == 5


asyncio.run(main())
