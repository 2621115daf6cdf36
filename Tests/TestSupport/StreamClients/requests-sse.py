from common import show, url
from requests_sse import EventSource

with EventSource(url) as source:
    for event in source:
        show(event.type, event.data, lastEventID=event.last_event_id)
