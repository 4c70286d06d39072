"""Asks rns for more than it gives: limits-client.py TARGET STREAMS."""
import sys
import time

import grpc
from stranger import Stranger

code = grpc.StatusCode
target, limit = sys.argv[1], int(sys.argv[2])
options = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
rns = Stranger(target, "apus.rns.v1.Region", options)

# A message of more than 64 MiB is not read: its stream is ended. One that is shorter is refused by its field.
rns.refused(code.CANCELLED, "", "GetDroplet", {"id": "x" * (64 << 20)})
rns.refused(code.INVALID_ARGUMENT, "id", "GetDroplet", {"id": "x" * (1 << 20)})
assert rns.call("Status").instance

# Watches up to the limit begin; the next waits for one to end. The server's own streams count: none is open here.
watches = [rns.call("Watch", timeout=60) for _ in range(limit)]
for watch in watches:
    assert next(watch).kind == 3
late = rns.call("Watch", timeout=60)
begin = time.monotonic()
try:
    rns.call("Status", timeout=1)
    raise AssertionError("there was room for another call")
except grpc.RpcError as error:
    assert error.code() == code.DEADLINE_EXCEEDED, error
# Another connection is not held up.
other = Stranger(target, "apus.rns.v1.Region", options)
assert other.call("Status", timeout=10).instance
watches[0].cancel()
assert next(late).kind == 3
for watch in watches + [late]:
    watch.cancel()
assert rns.call("Status", timeout=10).instance
print("the limits hold")
