import asyncio

from aiosseclient import aiosseclient
from common import show, url


async def main():
    async for event in aiosseclient(url):
        show(event.event, event.data, id=event.id)


asyncio.run(main())
