"""List predictions page by page: with cursors, with `paginate` and with `async_paginate`."""

import asyncio

import replicate

created = {replicate.predictions.create(model="local/echo", input={"text": str(n)}).id for n in range(103)}

page = replicate.predictions.list()
assert len(page) == len(page.results) == 100
assert page.previous is None
older = replicate.predictions.list(page.next)
assert page[0].id not in [prediction.id for prediction in older]
again = replicate.predictions.list(cursor=older.previous)
assert len(again) == 100

found = set()
for each in replicate.paginate(replicate.predictions.list):
    found |= {prediction.id for prediction in each.results}
    if created <= found:
        break
assert created <= found


async def count_pages():
    count = 0
    async for each in replicate.async_paginate(replicate.predictions.async_list):
        assert each.results
        count += 1
        if count == 2:
            break
    return count


assert asyncio.run(count_pages()) == 2
try:
    replicate.predictions.list(None)
except ValueError:
    pass
else:
    raise AssertionError("a cursor that is None went through")
