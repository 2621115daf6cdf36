import requests
from common import show_lines, url

# Its usual 512 bytes are waited for.
show_lines(requests.get(url, stream=True).iter_lines(chunk_size=1))
