"""Reads messages of OpenFlow 1.4 from a file with os-ken, writes them again, and says what became of each.

For each message a line: "same", "error: ..." or "differs: " and the octets that os-ken wrote.
"""
import logging
import sys

from os_ken.ofproto import ofproto_parser, ofproto_protocol, ofproto_v1_4, ofproto_v1_4_parser  # noqa: F401

# What it cannot read it logs, with a traceback each.
logging.disable(logging.CRITICAL)


class Datapath(ofproto_protocol.ProtocolDesc):
    def __init__(self):
        super().__init__(version=ofproto_v1_4.OFP_VERSION)


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    datapath = Datapath()
    while data:
        version, kind, length, transaction = ofproto_parser.header(data)
        octets, data = data[:length], data[length:]
        try:
            message = ofproto_parser.msg(datapath, version, kind, length, transaction, octets)
            if message is None:
                print("error: not read")
                continue
            # What was read is written from its fields only, not from the octets that it came as.
            again = ofproto_parser.ofp_msg_from_jsondict(datapath, message.to_jsondict())
            again.set_xid(transaction)
            again.serialize()
            written = bytes(again.buf)
        except Exception as error:  # os-ken raises many kinds.
            print(f"error: {type(error).__name__}: {error}".replace("\n", " "))
            continue
        print("same" if written == octets else "differs: " + written.hex())


main()
