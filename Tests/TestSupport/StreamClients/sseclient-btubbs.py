import requests
from common import show, url
from sseclient import SSEClient

# Text without a charset is Latin-1 to requests, and sseclient goes by that. An event stream has
# none, and is always UTF-8 (WHATWG HTML, section 9.2.5).
session = requests.Session()
session.hooks["response"] = lambda response, **_: setattr(response, "encoding", "utf-8")
for event in SSEClient(url, session=session):
    show(event.event, event.data, id=event.id)
