"""A client that knows a service only by what the server says of itself: protos by reflection, nothing generated."""
import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

INVALID = grpc.StatusCode.INVALID_ARGUMENT


class Stranger:
    def __init__(self, target, service, options=()):
        self.service = service
        self.channel = grpc.insecure_channel(target, options=options)
        database = ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = descriptor_pool.DescriptorPool(database)
        names = sorted(database.get_services())
        assert names == sorted([service, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"]), names
        self.left = {method.name for method in self.pool.FindServiceByName(service).methods}

    def call(self, method, request=None, service=None, timeout=20):
        """Calls a method with a request given as JSON has it, or for a stream of requests with several."""
        service = service or self.service
        found = self.pool.FindServiceByName(service).FindMethodByName(method)
        kind, answer = (message_factory.GetMessageClass(t) for t in (found.input_type, found.output_type))
        make = getattr(
            self.channel,
            ("stream_" if found.client_streaming else "unary_") + ("stream" if found.server_streaming else "unary"))
        stub = make(
            f"/{service}/{method}", request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=answer.FromString)
        if found.client_streaming:
            request = iter([json_format.ParseDict(part, kind()) for part in request])
        else:
            request = json_format.ParseDict(request or {}, kind())
        return stub(request, timeout=timeout)

    def does(self, method, request=None):
        """Calls a method that must work, and takes note that it was driven."""
        self.left.discard(method)
        return self.call(method, request)

    def refused(self, code, field, method, request):
        """Calls a method that must be refused; a wrong field is named in the message and in the details."""
        try:
            answer = self.call(method, request)
            if hasattr(answer, "__next__"):
                next(answer)
        except grpc.RpcError as error:
            assert error.code() == code, (method, request, error.code(), error.details())
            assert field in error.details(), (method, request, error.details())
            if code == INVALID:
                details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
                assert field.encode() in details, (method, "no field in the details", details)
            return error
        raise AssertionError(f"{method} {request} was taken")

    def health(self, service=""):
        return self.call("Check", {"service": service}, service="grpc.health.v1.Health").status

    def finish(self):
        assert not self.left, self.left
        print("every call was driven")
