import Linux

/// The admin endpoint of a running load balancer, as `--admin` names it.
struct AdminEndpoint {
    let address: SocketAddress

    /// Where the endpoint is unless something else is said.
    static let usual = "127.0.0.1:9900"

    /// Reads `127.0.0.1:9900`, or the same as a URL.
    init(_ text: String) throws(Failure) {
        var address = Substring(text)
        if address.hasPrefix("http://") { address = address.dropFirst("http://".count) }
        address = address.prefix { $0 != "/" }
        if address.hasPrefix("localhost:") { address = "127.0.0.1:" + address.dropFirst("localhost:".count) }
        guard let parsed = SocketAddress(address), parsed.port != 0 else {
            throw Failure(.usage, "'\(text)' is no address and port, such as \(Self.usual)")
        }
        self.address = parsed
    }

    /// The octets at `path`.
    func get(_ path: String) throws(Failure) -> [UInt8] {
        let exchange: Exchange
        do {
            let connection = try Connection(to: address, within: .seconds(5))
            exchange = try Exchange(get: path, host: address.description, on: connection)
        } catch let error as SystemError {
            throw Failure(.unavailable, "no load balancer answers at \(address): \(error)")
        } catch {
            throw Failure(.unavailable, "what answers at \(address) is no admin endpoint")
        }
        guard exchange.status == 200 else {
            throw Failure(.unavailable, "what answers at \(address) has no \(path) (status \(exchange.status))")
        }
        return exchange.body
    }
}
