"""What the clients in Python have in common: `CLIENT URL` prints the events of a stream, each as a
line of JSON, until the stream ends or somebody ends it."""
import json
import sys

url = sys.argv[1]


def show(name, data, **rest):
    """Prints an event. `id` is the event's own; `lastEventID` is the last that any event had."""
    print(json.dumps({"name": name or "message", "data": data, **rest}), flush=True)


def show_lines(lines):
    """Prints the events in lines of bytes, read as tutorials do it."""
    name, data, id = None, [], None
    for line in lines:
        field, _, value = line.decode("utf-8").rstrip("\n").partition(":")
        value = value[1:] if value.startswith(" ") else value
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
        elif field == "id":
            id = value
        elif field == "" and value == "" and b":" not in line:
            if data:
                show(name, "\n".join(data), id=id)
            name, data, id = None, [], None
