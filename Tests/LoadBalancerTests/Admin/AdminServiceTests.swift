import Foundation
import Glibc
import Linux
import LoadBalancer
import Logging
import ServiceLifecycle
import SystemPackage
import Testing

@Suite("Admin service")
struct AdminServiceTests {
    private static let anywhere = SocketAddress(ipv4: 0x7F00_0001, port: 0)

    /// Serves while `body` runs, then ends the service as a signal would.
    private func serving(_ body: @escaping @Sendable (UInt16) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream<UInt16>.makeStream()
        let service = AdminService(
            address: Self.anywhere, source: PlayedSource(), logger: Logger(label: "test"),
            onRunning: { continuation.yield($0) })
        let group = ServiceGroup(
            services: [service], gracefulShutdownSignals: [], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// What comes back for one request on a new connection, as text.
    private static func exchange(_ request: String, port: UInt16) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let result = SocketAddress(ipv4: 0x7F00_0001, port: port).withKernelForm { connect(descriptor, $0, $1) }
        #expect(result == 0)
        _ = Array(request.utf8).withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
        var (octets, answer) = ([UInt8](repeating: 0, count: 4_096), [UInt8]())
        while case let count = recv(descriptor, &octets, octets.count, 0), count > 0 { answer += octets[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }

    @Test func `it answers over HTTP, HEAD without a body, and anything else is refused`() async throws {
        try await serving { port in
            func ask(_ line: String) throws -> String {
                try Self.exchange("\(line) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port)
            }
            let metrics = try ask("GET /metrics")
            #expect(metrics.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(metrics.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(metrics.contains("\napus_draining 0\n"))
            let head = try ask("HEAD /metrics")
            #expect(
                head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n") && !head.contains("apus_draining"))
            #expect(try ask("GET /health").hasSuffix("\r\n\r\nok\n"))
            #expect(try ask("GET /status").contains("\"version\":\"1.2.3\""))
            #expect(try ask("GET /").lowercased().contains("content-security-policy: default-src 'none'"))
            let refused = try ask("DELETE /status")
            #expect(refused.hasPrefix("HTTP/1.1 405 ") && refused.lowercased().contains("\r\nallow: get, head\r\n"))
            #expect(try ask("GET /nothing").hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func `an address in use is an error that says so`() async throws {
        let taken = try Socket.listening(on: Self.anywhere, isShared: false)
        defer { Socket.close(taken) }
        let address = try #require(Socket.localAddress(taken))
        let service = AdminService(address: address, source: PlayedSource(), logger: Logger(label: "test"))
        let expected = AdminService.Failure.cannotBind(address, SystemError(call: "bind", code: .addressInUse))
        await #expect(throws: expected) { try await service.run() }
        #expect(expected.description == "cannot serve the admin endpoint on \(address): Address already in use")
    }
}
