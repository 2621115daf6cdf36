import subprocess

from common import show_lines, url

with subprocess.Popen(["curl", "-sN", url], stdout=subprocess.PIPE) as curl:
    show_lines(curl.stdout)
