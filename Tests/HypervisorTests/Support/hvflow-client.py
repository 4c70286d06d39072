"""Drives every call of apus.hvflow.v1.HVFlow as a stranger would: protos by server reflection, nothing generated."""
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

channel = grpc.insecure_channel("unix:" + sys.argv[1])
database = ProtoReflectionDescriptorDatabase(channel)
pool = descriptor_pool.DescriptorPool(database)
names = sorted(database.get_services())
assert names == ["apus.hvflow.v1.HVFlow", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"], names


def call(service, method, request=None):
    found = pool.FindServiceByName(service).FindMethodByName(method)
    kind, answer = (message_factory.GetMessageClass(t) for t in (found.input_type, found.output_type))
    path = f"/{service}/{method}"
    make = channel.unary_stream if found.server_streaming else channel.unary_unary
    stub = make(path, request_serializer=lambda m: m.SerializeToString(), response_deserializer=answer.FromString)
    return stub(json_format.ParseDict(request or {}, kind()), timeout=20)


def flow(method, request=None):
    return call("apus.hvflow.v1.HVFlow", method, request)


def refused(code, field, method, request):
    try:
        answer = flow(method, request)
        if hasattr(answer, "__next__"):
            list(answer)
    except grpc.RpcError as error:
        assert error.code() == code, (method, request, error.code(), error.details())
        assert field in error.details(), (method, request, error.details())
        if code == grpc.StatusCode.INVALID_ARGUMENT:
            details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
            assert field.encode() in details, (method, "no field in the details", details)
        return error
    raise AssertionError(f"{method} {request} was taken")


calls = {m.name for m in pool.FindServiceByName("apus.hvflow.v1.HVFlow").methods}
done = set()


def step(name):
    done.add(name)


assert call("grpc.health.v1.Health", "Check").status == 1
assert call("grpc.health.v1.Health", "Check", {"service": "apus.hvflow.v1.HVFlow"}).status == 1
watch = flow("Watch", {"owner": 40})
begun = next(watch)
assert begun.HasField("begun") and not begun.begun.missed
step("Watch")
answer = flow("SetFlows", {"owner": 40, "generation": 1, "flows": [
    {"text": "priority=5,tcp,actions=drop", "object": 1}, {"text": "in_port=tap9,actions=output:LOCAL", "object": 2}]})
assert (answer.added, answer.programmed, list(answer.missing_ports)) == (2, True, ["tap9"]), answer
step("SetFlows")
event = next(watch)
assert event.changed.owner == 40 and event.changed.added == 2, event
assert flow("AddFlows", {"owner": 40, "flows": [{"text": "priority=6,udp,actions=drop", "object": 1}]}).added == 1
step("AddFlows")
assert next(watch).changed.added == 1
watch.cancel()
# What came behind the first event comes again.
again = flow("Watch", {"owner": 40, "resume_token": event.resume_token})
assert not next(again).begun.missed
assert next(again).changed.added == 1
again.cancel()
listed = [f for page in flow("ListFlows", {"owner": 40}) for f in page.flows]
assert sorted(f.state for f in listed) == [1, 1, 2], listed
assert [f.reason for f in listed if f.state == 2] == ["no port tap9"], listed
step("ListFlows")
difference = flow("Diff", {"owner": 40, "flows": [{"text": "priority=5,tcp,actions=drop", "object": 1}]})
assert len(difference.removed) == 2 and difference.unchanged == 1, difference
step("Diff")
assert "drop" in flow("Trace", {"flow": "in_port=LOCAL,tcp"}).text
step("Trace")
ports = {p.name: p for p in flow("Ports").ports}
assert sys.argv[2] in ports, ports
step("Ports")
status = flow("Status")
assert status.connected and [o.flows for o in status.owners if o.owner == 40] == [3], status
step("Status")
assert flow("DeleteFlows", {"owner": 40, "objects": [1]}).removed == 2
step("DeleteFlows")

invalid = grpc.StatusCode.INVALID_ARGUMENT
refused(invalid, "owner", "AddFlows", {"flows": [{"text": "actions=drop"}]})
refused(invalid, "owner", "SetFlows", {"owner": 70000, "generation": 1})
refused(invalid, "owner", "DeleteFlows", {"objects": [1]})
refused(invalid, "owner", "Diff", {})
refused(invalid, "owner", "ListFlows", {"owner": 70000})
refused(invalid, "owner", "Watch", {"owner": 70000})
refused(invalid, "generation", "SetFlows", {"owner": 40})
refused(invalid, "objects", "DeleteFlows", {"owner": 40})
refused(invalid, "objects", "AddFlows", {"owner": 40, "objects": [1]})
refused(invalid, "resume_token", "Watch", {"resume_token": "yesterday"})
refused(invalid, "flow", "Trace", {})
refused(invalid, "flow", "Trace", {"flow": "nonsense=1"})
refused(invalid, "flows[1].text", "AddFlows", {"owner": 40, "flows": [{"text": "actions=drop"}, {"text": "tcp"}]})
refused(invalid, "flows[0].text", "Diff", {"owner": 40, "flows": [{"text": "cookie=1,actions=drop"}]})
refused(invalid, "flows[0]", "DeleteFlows", {"owner": 40, "flows": ["nonsense"]})
refused(invalid, "meters[0].text", "AddFlows", {"owner": 40, "meters": [{"text": "meter=1"}]})
# What only the switch knows: a prerequisite is missing, a group is not there.
error = refused(grpc.StatusCode.NOT_FOUND, "flows[1]", "AddFlows", {"owner": 40, "flows": [
    {"text": "priority=1,actions=drop"}, {"text": "priority=2,actions=group:77"}]})
assert "OFPBAC_BAD_OUT_GROUP" in error.details(), error.details()
refused(grpc.StatusCode.FAILED_PRECONDITION, "generation", "SetFlows", {
    "owner": 40, "generation": 9, "expected_generation": 5})
assert done == calls, calls - done
print("every call was driven")
