import requests
from common import show, url
from sseclient import SSEClient

for event in SSEClient(requests.get(url, stream=True)).events():
    show(event.event, event.data, id=event.id)
