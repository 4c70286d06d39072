"""Reads messages of OpenFlow 1.4 from a file with os-ken, writes them again, and says what became of each.

For each message a line: "same", "error: ..." or "differs: " and the octets that os-ken wrote.
"""
import sys

from os_ken.ofproto import ofproto_parser, ofproto_protocol, ofproto_v1_4, ofproto_v1_4_parser


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
            # What was read is written from its fields only, not from the octets that it came as.
            again = message.__class__.from_jsondict(
                datapath, message.to_jsondict()[message.__class__.__name__])
            again.set_xid(transaction)
            again.serialize()
            written = bytes(again.buf)
        except Exception as error:  # os-ken raises many kinds.
            print(f"error: {type(error).__name__}: {error}".replace("\n", " "))
            continue
        print("same" if written == octets else "differs: " + written.hex())


main()
