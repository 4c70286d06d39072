"""What h11 makes of messages: a line `q HEX` (a request) or `s HEX` (a response) of the file each, a line of JSON out."""

import json
import sys

import h11


def verdict(kind, octets):
    connection = h11.Connection(our_role=h11.SERVER if kind == "q" else h11.CLIENT)
    if kind == "s":
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
        connection.send(h11.EndOfMessage())
    head, body, isEnded = None, b"", False
    try:
        connection.receive_data(octets)
        while True:
            event = connection.next_event()
            if isinstance(event, (h11.Request, h11.Response, h11.InformationalResponse)):
                head = event
                if isinstance(event, h11.InformationalResponse):
                    break
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                break
            elif event is h11.NEED_DATA and kind == "s" and not isEnded:
                isEnded = True
                connection.receive_data(b"")
            else:
                return {"verdict": "partial"}
    except h11.RemoteProtocolError as error:
        return {"verdict": "refused", "why": str(error)}
    return {
        "verdict": "whole",
        "method": head.method.decode("latin-1") if kind == "q" else "",
        "target": head.target.hex() if kind == "q" else "",
        "status": head.status_code if kind == "s" else 0,
        "fields": [[name.hex(), value.hex()] for name, value in head.headers],
        "body": body.hex(),
        "left": len(connection.trailing_data[0]),
    }


with open(sys.argv[1]) as file:
    for line in file:
        kind, _, octets = line.strip().partition(" ")
        print(json.dumps(verdict(kind, bytes.fromhex(octets))))
