"""Drives every call of apus.hvaddr.v1.HVAddr as a stranger would: hvaddr-client.py TARGET."""
import sys

import grpc
from stranger import INVALID, Stranger

code = grpc.StatusCode
hv = Stranger(sys.argv[1], "apus.hvaddr.v1.HVAddr")
assert hv.health() == 1 and hv.health("apus.hvaddr.v1.HVAddr") == 1


def droplet(number, generation, **more):
    return {"dropletId": f"d{number}", "generation": str(generation), "parameters": {
        "port": f"tap{number}", "mac": f"02:00:00:00:01:0{number}",
        "ipv4": {"address": f"192.0.2.1{number}/24", "gateway": "192.0.2.1"}, **more}}


watch = hv.does("Watch")
assert [next(watch).kind, next(watch).kind] == [1, 5]
assert hv.does("SetParameters", droplet(1, 1)).changed
event = next(watch)
assert event.kind == 2 and event.droplet.id == "d1", event
watch.cancel()
assert not hv.call("SetParameters", droplet(1, 1)).changed
assert hv.does("Get", {"dropletId": "d1"}).droplet.configured_generation == 1
answer = hv.does("Sync", [{"generation": "5"}, {"droplets": [droplet(1, 1), droplet(2, 3)]}, {"droplets": [
    droplet(3, 3, mtu=7)]}])
assert (answer.set, answer.unchanged, len(answer.rejected)) == (1, 1, 1), answer
assert answer.rejected[0].field == "mtu", answer
again = hv.call("Watch", {"resumeToken": event.resume_token})
assert next(again).droplet.id == "d2"
again.cancel()
listed = hv.does("List", {"pageSize": 1})
assert [d.id for d in listed.droplets] == ["d1"] and listed.next_page_token == "d1" and listed.synced_generation == 5
assert hv.does("Stats").daemon.droplets == 2
assert hv.does("Delete", {"dropletId": "d1", "generation": "6"}).deleted

hv.refused(INVALID, "droplet_id", "SetParameters", {**droplet(4, 9), "dropletId": ""})
hv.refused(INVALID, "generation", "SetParameters", {**droplet(4, 9), "generation": "0"})
hv.refused(INVALID, "parameters", "SetParameters", {"dropletId": "d4", "generation": "9"})
for field, wrong in {
    "parameters.port": {"port": "a/b"}, "parameters.mac": {"mac": "x"}, "parameters.mtu": {"mtu": 1},
    "parameters.ipv4.address": {"ipv4": {"address": "192.0.2.1"}},
    "parameters.ipv4.gateway": {"ipv4": {"address": "192.0.2.14/24", "gateway": "x"}},
    "parameters.ipv6.addresses[1]": {"ipv6": {"addresses": ["2001:db8::4/64", "x"]}},
    "parameters.dns_servers[0]": {"dnsServers": ["x"]}, "parameters.hostname": {"hostname": "-"},
    "parameters.dns_servers": {"dnsServers": ["192.0.2.1"] * 17},
    "parameters.domain_search": {"domainSearch": ["example.com"] * 17},
    "parameters.ntp_servers": {"ntpServers": ["192.0.2.1"] * 17},
    "parameters.ipv4.routes": {"ipv4": {
        "address": "192.0.2.14/24", "routes": [{"destination": "198.51.100.0/24", "gateway": "192.0.2.1"}] * 17}},
    "parameters.ipv6.addresses": {"ipv6": {"addresses": [f"2001:db8::{n}/64" for n in range(1, 18)]}},
}.items():
    hv.refused(INVALID, field, "SetParameters", droplet(4, 9, **wrong))
hv.refused(INVALID, "droplet_id", "Get", {})
hv.refused(INVALID, "page_size", "List", {"pageSize": 501})
hv.refused(INVALID, "generation", "Delete", {"dropletId": "d2"})
hv.refused(INVALID, "resume_token", "Watch", {"resumeToken": "yesterday"})
hv.refused(INVALID, "generation", "Sync", [{"droplets": [droplet(2, 3)]}])
hv.refused(INVALID, "generation", "Sync", [{"generation": "7"}, {"generation": "8"}])
hv.refused(code.NOT_FOUND, "droplet_id", "Get", {"dropletId": "d9"})
hv.refused(code.NOT_FOUND, "droplet_id", "Stats", {"dropletId": "d9"})
hv.refused(code.FAILED_PRECONDITION, "generation", "SetParameters", droplet(2, 1))
hv.refused(code.FAILED_PRECONDITION, "generation", "Sync", [{"generation": "2"}])
hv.refused(code.ALREADY_EXISTS, "parameters.ipv4.address", "SetParameters", droplet(
    4, 9, ipv4={"address": "192.0.2.12/24", "gateway": "192.0.2.1"}))
hv.finish()
