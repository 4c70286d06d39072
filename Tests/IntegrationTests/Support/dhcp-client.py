"""Drives every call of apus.dhcp.v1.DHCP as a stranger would: dhcp-client.py TARGET AGREED OTHER.

AGREED is an address whose client has agreed to be told to renew, OTHER one whose client has not.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "RegionTests/Support"))
import grpc
from stranger import INVALID, Stranger

code = grpc.StatusCode
target, agreed, other = sys.argv[1:]
nobody = "192.0.2.250"
dhcp = Stranger(target, "apus.dhcp.v1.DHCP")
assert dhcp.health() == 1 and dhcp.health("apus.dhcp.v1.DHCP") == 1
BOUND, RELEASED = 2, 5



def invalid(method, request, *fields):
    """A request that must be refused for these fields, by their names alone."""
    error = dhcp.refused(INVALID, fields[0], method, request)
    assert [part.split(": ")[0] for part in error.details().split("; ")] == list(fields), (method, error.details())
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    for field in fields:
        # google.rpc.BadRequest.FieldViolation.field
        assert bytes([10, len(field)]) + field.encode() in details, (method, field, details)


watch = dhcp.does("Watch")
# Nothing says that the watch has begun.
time.sleep(1)

everything = dhcp.does("List").leases
assert {lease.address for lease in everything} >= {agreed, other} and len(everything) >= 5, everything
found, token, pages = [], "", 0
while True:
    page = dhcp.call("List", {"pageSize": 2, "pageToken": token})
    assert len(page.leases) <= 2, page
    found, token, pages = found + list(page.leases), page.next_page_token, pages + 1
    if not token:
        break
assert sorted(l.address for l in found) == sorted(l.address for l in everything) and pages >= 3, (found, pages)

lease = dhcp.does("Get", {"address": agreed}).lease
now = time.time()
assert lease.address == agreed and lease.state == BOUND and lease.client and lease.hardware, lease
assert now < lease.expires <= now + 3601 and now - 120 < lease.last_contact <= now + 1, (lease, now)
for match in agreed, lease.hardware, lease.client:
    listed = dhcp.call("List", {"match": match})
    # One client may have leases of both versions.
    assert agreed in [l.address for l in listed.leases] and other not in [l.address for l in listed.leases], (match, listed)
assert not dhcp.call("List", {"match": nobody}).leases
assert not dhcp.call("List", {"match": "02:00:5e:00:00:77"}).leases

dhcp.does("Renew", {"address": agreed})
event = next(watch)
assert event.kind == 1 and event.lease.address == agreed and event.lease.state == BOUND, event
dhcp.refused(code.FAILED_PRECONDITION, "has not agreed", "Renew", {"address": other})
dhcp.does("Release", {"address": other})
event = next(watch)
assert event.kind == 4 and event.lease.address == other and event.lease.state == RELEASED, event
watch.cancel()
assert dhcp.call("Get", {"address": other}).lease.state == RELEASED

dhcp.does("Reserve", {"address": other, "client": "02:00:5e:00:00:99"})
dhcp.refused(code.FAILED_PRECONDITION, "reserved already", "Reserve", {"address": other, "client": "02:00:5e:00:00:98"})
dhcp.does("Unreserve", {"address": other})
dhcp.refused(code.NOT_FOUND, "not reserved by hand", "Unreserve", {"address": other})

stats = dhcp.does("Stats")
assert stats.leases == len(everything) and stats.commits > 0 and stats.changes >= stats.commits, stats
assert any(count.message == "DISCOVER" and count.count for count in stats.answered), stats
assert any(p.range == "192.0.2.100-192.0.2.199" and p.size == 100 and p.free < 100 for p in stats.pools), stats
assert stats.ended["operator"] == 1, stats

invalid("List", {"match": "somebody"}, "match")
invalid("List", {"match": "id:xy"}, "match")
invalid("List", {"pageSize": 501}, "page_size")
for token in "x", "4.", "4.-1", "5.0", "4.99999999999999999999", "4.1.2":
    invalid("List", {"pageToken": token}, "page_token")
invalid("List", {"match": "somebody", "pageSize": 501, "pageToken": "x"}, "match", "page_size", "page_token")
assert not dhcp.call("List", {"pageToken": "6.9223372036854775807"}).leases
for method in "Get", "Release", "Renew", "Reserve", "Unreserve":
    for address in "", "192.0.2", "192.0.2.256", "2001:db8::/129", "somewhere":
        invalid(method, {"address": address}, "address")
invalid("Reserve", {"address": "2001:db8:100::/56", "client": "02:00:5e:00:00:99"}, "address")
for client in "", "somebody", "id:", "duid:xy":
    invalid("Reserve", {"address": nobody, "client": client}, "client")
dhcp.refused(code.FAILED_PRECONDITION, "in no subnet", "Reserve", {
    "address": "203.0.113.1", "client": "02:00:5e:00:00:99"})
for method in "Get", "Release", "Renew":
    dhcp.refused(code.NOT_FOUND, nobody, method, {"address": nobody})
dhcp.finish()
