package import Linux
import Glibc

/// Waiting for what other processes do.
package enum Wait {
    /// Asks `condition` until it holds; throws `tooSlow` when `limit` is over.
    package static func until(
        _ what: String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(5),
        _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw LabError.tooSlow(what) }
            try await Task.sleep(for: pause)
        }
    }

    /// Whether a TCP connection to the address is accepted now; loopback answers at once.
    package static func isListening(_ address: SocketAddress) -> Bool {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe address.withKernelForm { form, length in unsafe connect(descriptor, form, length) == 0 }
    }
}

extension Process {
    /// Waits until something accepts connections at `address`; throws at once if this process ends before.
    ///
    /// `log` is a file whose end the error quotes.
    package func waitUntilListening(
        at address: SocketAddress, log: String? = nil, within limit: Duration = .seconds(30)
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while !Wait.isListening(address) {
            guard isRunning, ContinuousClock.now < deadline else {
                throw LabError.notListening(command, log: log.map { Files.tail($0) } ?? "")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The same for a port of 127.0.0.1.
    package func waitUntilListening(
        on port: FreePort, log: String? = nil, within limit: Duration = .seconds(30)
    ) async throws {
        let address = SocketAddress(ipv4: 0x7F00_0001, port: port.number)
        try await waitUntilListening(at: address, log: log, within: limit)
    }
}
