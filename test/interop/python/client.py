"""Calls the host-telemetry example with grpcio and the code generated from its emitted .proto.

Prints a line per check; the last one counts them.
"""

import socket
import sys
import time

import grpc
from google.protobuf import empty_pb2
from grpc_status import rpc_status
from hosttelemetry.v1 import hosttelemetry_pb2 as telemetry
from hosttelemetry.v1 import hosttelemetry_pb2_grpc
from sluice.errors.v1 import errors_pb2

DEADLINE = 10


def unary(stub):
    description = stub.Describe(empty_pb2.Empty(), timeout=DEADLINE)
    assert description.hostname == socket.gethostname(), description
    assert description.memory_total_bytes > 1 << 20, description


def server_stream(stub):
    call = stub.Samples(empty_pb2.Empty(), timeout=DEADLINE)
    last = 0.0
    for _ in range(3):
        at = next(call).at.ToNanoseconds() / 1e9
        assert at >= last and abs(time.time() - at) < 60, (at, last)
        last = at
    call.cancel()
    try:
        for _ in call:
            pass
        raise AssertionError("the stream went on after cancelling")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.CANCELLED, error


def error_with_detail(stub):
    try:
        stub.SetInterval(telemetry.SetIntervalRequest(interval_ms=1), timeout=DEADLINE)
        raise AssertionError("an interval of 1 ms was accepted")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        detail = errors_pb2.ErrorDetail()
        assert any(any_.Unpack(detail) for any_ in rpc_status.from_call(error).details), error
        assert [v.field for v in detail.violations] == ["intervalMs"], detail


def compressed(stub):
    description = stub.Describe(
        empty_pb2.Empty(), timeout=DEADLINE, compression=grpc.Compression.Gzip
    )
    assert description.hostname == socket.gethostname(), description


def main(target):
    failed = 0
    checks = [unary, server_stream, error_with_detail, compressed]
    with grpc.insecure_channel(target) as channel:
        stub = hosttelemetry_pb2_grpc.TelemetryServiceStub(channel)
        for check in checks:
            try:
                check(stub)
                print(f"ok python grpc {check.__name__}")
            except Exception as error:
                failed += 1
                print(f"FAIL python grpc {check.__name__}: {error!r}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
