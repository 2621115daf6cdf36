import httpx
from common import show, url
from httpx_sse import connect_sse

with httpx.Client(timeout=None) as client, connect_sse(client, "GET", url) as source:
    for event in source.iter_sse():
        show(event.event, event.data, lastEventID=event.id)
