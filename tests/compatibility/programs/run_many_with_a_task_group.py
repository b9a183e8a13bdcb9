"""Run several predictions at the same time, and stream one, with asyncio."""

import asyncio

import replicate


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                replicate.async_run("local/julia", input={"prompt": prompt, "width": 16, "height": 16, "seed": 1})
            )
            for prompt in ("a fox", "an owl", "a hare")
        ]
    pictures = [await task for task in tasks]
    contents = [await picture[0].aread() for picture in pictures]
    assert len(set(contents)) == 3

    chunks = [chunk async for chunk in pictures[0][0]]
    assert b"".join(chunks) == contents[0]

    text = ""
    async for event in await replicate.async_stream("local/ngram", input={"prompt": "A name", "max_tokens": 4}):
        text += str(event)
    assert text


asyncio.run(main())
