import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Telemetry

/// Serves `GET /metrics` for Prometheus, and `/health`, on a TCP port: one answer to a connection.
package struct MetricsServer: ServiceLifecycle.Service {
    private let host: String
    private let port: Int
    private let metrics: @Sendable () async -> String

    /// The most octets of a request's head.
    private static let limit = 8192

    /// `address` is `127.0.0.1:9470`, or with an IPv6 address in brackets.
    package init(_ address: String, metrics: @escaping @Sendable () async -> String) throws(HypervisorError) {
        guard case .tcp(let host, let port) = try Endpoint("tcp:" + address) else { preconditionFailure("it is TCP") }
        (self.host, self.port, self.metrics) = (host, port, metrics)
    }

    package func run() async throws {
        let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
        do {
            server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw HypervisorError("serve metrics on \(host):\(port)", "\(error)")
        }
        try? await cancelWhenGracefulShutdown {
            try await server.executeThenClose { inbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await client in inbound { group.addTask { await self.serve(client) } }
                }
            }
        }
    }

    private func serve(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        // Who sends nothing is not waited for.
        let alarm = client.channel.eventLoop.scheduleTask(in: .seconds(5)) { client.channel.close(promise: nil) }
        defer { alarm.cancel() }
        try? await client.executeThenClose { inbound, outbound in
            var head = ""
            for try await buffer in inbound {
                head += String(buffer: buffer)
                guard head.utf8.count <= Self.limit else { return }
                if head.contains("\r\n\r\n") { break }
            }
            let words = head.prefix { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }.split(separator: " ")
            guard words.count == 3 else { return }
            let (status, body): (String, String) =
                switch (words[0], words[1]) {
                case ("GET", "/metrics"): ("200 OK", await metrics())
                case ("GET", "/health"): ("200 OK", "ok\n")
                default: ("404 Not Found", "/metrics or /health\n")
                }
            let answer =
                "HTTP/1.1 \(status)\r\nContent-Type: \(PrometheusText.contentType)\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
            try await outbound.write(ByteBuffer(string: answer))
        }
    }
}
