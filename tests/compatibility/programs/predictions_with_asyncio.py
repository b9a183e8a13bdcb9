"""The same with `await`: create, wait, reload, cancel, list."""

import asyncio

import replicate


async def main():
    model = await replicate.models.async_get("local/echo")
    prediction = await replicate.predictions.async_create(model.latest_version.id, {"text": "hello"})
    await prediction.async_wait()
    assert prediction.output["text"] == "hello"

    found = await replicate.predictions.async_get(prediction.id)
    await found.async_reload()
    assert found.output == prediction.output

    slow = await replicate.predictions.async_create(model="local/sleeper", input={"seconds": 30})
    await slow.async_cancel()
    assert slow.id == (await replicate.predictions.async_cancel(slow.id)).id
    await slow.async_wait()
    assert slow.status == "canceled"

    page = await replicate.predictions.async_list()
    assert slow.id in [listed.id for listed in page]

    talking = await replicate.predictions.async_create(model="local/ngram", input={"prompt": "A", "max_tokens": 3})
    text = "".join([str(event) async for event in talking.async_stream()])
    await talking.async_reload()
    assert text == "".join(talking.output)


asyncio.run(main())
