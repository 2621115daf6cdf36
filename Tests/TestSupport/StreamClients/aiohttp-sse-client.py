import asyncio

from aiohttp_sse_client.client import EventSource
from common import show, url


async def main():
    async with EventSource(url) as source:
        async for event in source:
            show(event.type, event.data, lastEventID=event.last_event_id)


asyncio.run(main())
