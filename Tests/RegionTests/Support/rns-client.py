"""Drives every call of apus.rns.v1.Region as a stranger would: rns-client.py TARGET."""
import sys

import grpc
from stranger import INVALID, Stranger

code = grpc.StatusCode
rns = Stranger(sys.argv[1], "apus.rns.v1.Region")
assert rns.health() == 1 and rns.health("apus.rns.v1.Region") == 1

pool = {"name": "v4", "prefix": "203.0.113.0/29", "gateway": "203.0.113.1"}
assert rns.does("CreatePool", {"pool": pool}).capacity == 6 - 1
assert rns.does("SetHypervisor", {"name": "hv1", "endpoint": "unix:/nowhere.sock"}).name == "hv1"
rns.does("SetHypervisor", {"name": "hv2", "endpoint": "unix:/nowhere2.sock"})
parameters = {"port": "tap1", "mac": "02:00:00:00:01:01", "hostname": "web"}
made = rns.does("CreateDroplet", {
    "id": "d1", "hypervisor": "hv1", "parameters": parameters, "claims": [{"pool": "v4", "address": "203.0.113.4"}]})
assert made.parameters.ipv4.address == "203.0.113.4/29" and made.parameters.ipv4.gateway == "203.0.113.1", made
assert rns.does("GetDroplet", {"id": "d1"}) == made
watch = rns.does("Watch")
first = next(watch)
assert first.kind == 1 and first.droplet.id == "d1", first
assert next(watch).kind == 3
changed = rns.does("UpdateDroplet", {"id": "d1", "parameters": {"hostname": "db"}, "generation": str(made.generation)})
assert changed.parameters.hostname == "db" and changed.generation > made.generation, changed
event = next(watch)
assert event.kind == 1 and event.droplet.parameters.hostname == "db" and event.generation == changed.generation, event
moved = rns.does("MoveDroplet", {"id": "d1", "hypervisor": "hv2", "port": "tap9"})
assert (moved.hypervisor, moved.parameters.port) == ("hv2", "tap9"), moved
watch.cancel()
again = rns.call("Watch", {"afterGeneration": str(event.generation)})
pair = {next(again).kind, next(again).kind}
assert pair == {1, 2}, pair
again.cancel()
assert [d.id for d in rns.does("ListDroplets", {"hypervisor": "hv2"}).droplets] == ["d1"]
assert rns.does("ListPools").pools[0].used == 1
assert {h.name for h in rns.does("ListHypervisors").hypervisors} == {"hv1", "hv2"}
assert rns.does("ResyncHypervisor", {"name": "hv2"}).generation > moved.generation
status = rns.does("Status")
assert list(status.instances) == [status.instance] and status.hypervisors == 2, status

rns.refused(INVALID, "id", "CreateDroplet", {"id": "a b", "hypervisor": "hv1", "parameters": parameters})
rns.refused(INVALID, "hypervisor", "CreateDroplet", {"id": "d2", "hypervisor": "HV", "parameters": parameters})
rns.refused(INVALID, "parameters.port", "CreateDroplet", {"id": "d2", "hypervisor": "hv1", "parameters": {}})
rns.refused(INVALID, "parameters.mac", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2", "mac": "ff:ff:ff:ff:ff:ff"}})
rns.refused(INVALID, "parameters.mtu", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2", "mtu": 1}})
rns.refused(INVALID, "parameters.ipv4.address", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2", "ipv4": {"address": "203.0.113.5/29"}}})
rns.refused(INVALID, "claims[1].pool", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2"}, "claims": [{"pool": "v4"}, {"pool": "V4"}]})
rns.refused(INVALID, "claims[0].address", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2"}, "claims": [{"pool": "v4", "address": "192.0.2.1"}]})
rns.refused(INVALID, "claims", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2"}, "claims": [{"pool": "v4"}] * 17})
rns.refused(INVALID, "parameters.dns_servers", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2", "dnsServers": ["192.0.2.1"] * 17}})
rns.refused(INVALID, "parameters.mtu", "UpdateDroplet", {"id": "d1", "parameters": {"mtu": 7}})
rns.refused(INVALID, "id", "UpdateDroplet", {"parameters": {}})
rns.refused(INVALID, "id", "GetDroplet", {})
rns.refused(INVALID, "id", "DeleteDroplet", {"id": "x" * 129})
rns.refused(INVALID, "hypervisor", "MoveDroplet", {"id": "d1"})
rns.refused(INVALID, "port", "MoveDroplet", {"id": "d1", "hypervisor": "hv1", "port": "a/b"})
rns.refused(INVALID, "page_size", "ListDroplets", {"pageSize": 101})
rns.refused(INVALID, "page_token", "ListDroplets", {"pageToken": "a b"})
rns.refused(INVALID, "page_size", "ListHypervisors", {"pageSize": 101})
rns.refused(INVALID, "page_token", "ListHypervisors", {"pageToken": "A"})
rns.refused(INVALID, "pool.name", "CreatePool", {})
rns.refused(INVALID, "pool.prefix", "CreatePool", {"pool": {"name": "x", "prefix": "203.0.113.1/24"}})
rns.refused(INVALID, "pool.dns_servers[0]", "CreatePool", {
    "pool": {"name": "x", "prefix": "198.51.100.0/24", "dnsServers": ["me"]}})
rns.refused(INVALID, "pool.reserved", "CreatePool", {
    "pool": {"name": "x", "prefix": "198.51.100.0/24", "reserved": ["198.51.100.1"] * 1001}})
rns.refused(INVALID, "name", "DeletePool", {"name": "-"})
rns.refused(INVALID, "name", "SetHypervisor", {"endpoint": "unix:/a"})
rns.refused(INVALID, "endpoint", "SetHypervisor", {"name": "hv3", "endpoint": "hv3"})
rns.refused(INVALID, "name", "DeleteHypervisor", {})
rns.refused(INVALID, "name", "ResyncHypervisor", {})
rns.refused(INVALID, "after_generation", "Watch", {"afterGeneration": str(2**64 - 1)})
# And what is not wrong by itself, but at odds with what is there.
rns.refused(code.ALREADY_EXISTS, "id", "CreateDroplet", {"id": "d1", "hypervisor": "hv1", "parameters": {"port": "tap3"}})
rns.refused(code.ALREADY_EXISTS, "parameters.mac", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": parameters})
rns.refused(code.ALREADY_EXISTS, "claims[0].address", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2"}, "claims": [{"pool": "v4", "address": "203.0.113.4"}]})
rns.refused(code.NOT_FOUND, "hypervisor", "CreateDroplet", {
    "id": "d2", "hypervisor": "none", "parameters": {"port": "tap2"}})
rns.refused(code.NOT_FOUND, "claims[0].pool", "CreateDroplet", {
    "id": "d2", "hypervisor": "hv1", "parameters": {"port": "tap2"}, "claims": [{"pool": "none"}]})
rns.refused(code.ALREADY_EXISTS, "pool.prefix", "CreatePool", {"pool": {"name": "x", "prefix": "203.0.113.0/24"}})
rns.refused(code.FAILED_PRECONDITION, "name", "DeletePool", {"name": "v4"})
rns.refused(code.FAILED_PRECONDITION, "name", "DeleteHypervisor", {"name": "hv2"})
rns.refused(code.NOT_FOUND, "name", "ResyncHypervisor", {"name": "none"})
rns.refused(code.ABORTED, "generation", "UpdateDroplet", {
    "id": "d1", "parameters": {"hostname": "x"}, "generation": str(made.generation)})
for number in range(2, 6):
    rns.call("CreateDroplet", {
        "id": f"d{number}", "hypervisor": "hv1", "parameters": {"port": f"tap{number}"}, "claims": [{"pool": "v4"}]})
rns.refused(code.RESOURCE_EXHAUSTED, "claims[0].pool", "CreateDroplet", {
    "id": "d6", "hypervisor": "hv1", "parameters": {"port": "tap6"}, "claims": [{"pool": "v4"}]})
for number in range(1, 6):
    rns.does("DeleteDroplet", {"id": f"d{number}"})
rns.refused(code.NOT_FOUND, "id", "GetDroplet", {"id": "d1"})
rns.does("DeletePool", {"name": "v4"})
rns.does("DeleteHypervisor", {"name": "hv1"})
rns.finish()
