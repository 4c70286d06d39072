import ArgumentParser
import FoundationEssentials
import Linux

/// How the commands that speak to a running server find it.
struct ControlOptions: ParsableArguments {
    @Option(help: "The server's control socket.", completion: .file())
    var control = "/run/apus/dhcp.sock"

    @Flag(help: "Print JSON, an object on each line.")
    var json = false
}

/// A question to a running server: a line goes there, lines of JSON come back.
struct ControlConnection {
    let path: String

    /// Asks, and gives each line of the answer to `body`; throws what the server says is wrong.
    func ask(_ request: String, _ body: (Substring) throws -> Void) throws {
        let descriptor: Int32
        do throws(SystemError) {
            // A server that watches for somebody says something every second.
            descriptor = try Socket.connecting(toPath: path, seconds: 30)
        } catch {
            throw Failure(.unavailable, "no DHCP server answers at \(path): \(error.code)")
        }
        defer { Socket.close(descriptor) }
        let octets = Array((request + "\n").utf8)
        // The array stays while the call runs.
        let sent = unsafe octets.withUnsafeBytes { unsafe Socket.send(descriptor, $0) }
        guard sent.count == octets.count else { throw Failure(.unavailable, "the server at \(path) went away") }
        var rest: [UInt8] = []
        var memory = [UInt8](repeating: 0, count: 65_536)
        while true {
            // As above.
            let received = unsafe memory.withUnsafeMutableBytes { unsafe Socket.receive(descriptor, into: $0) }
            guard let count = received.count, count > 0 else {
                throw Failure(.unavailable, "the server at \(path) went away")
            }
            rest += memory[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 1)
                guard !line.isEmpty else { continue }
                if let last = Ending(line) {
                    if let error = last.error { throw Failure(.failure, error) }
                    return
                }
                try body(line[...])
            }
        }
    }

    /// The last line of an answer.
    private struct Ending: Decodable {
        let end: Bool?
        let error: String?

        /// Nil for any other line.
        init?(_ line: String) {
            guard line.utf8.count < 1024, line.hasPrefix("{\"end\":") || line.hasPrefix("{\"error\":"),
                let decoded = try? JSONDecoder().decode(Ending.self, from: Data(line.utf8))
            else { return nil }
            self = decoded
        }
    }
}

/// A lease as a server tells it.
struct LeaseDocument: Decodable {
    let event: String?
    let address: String?
    let state: String?
    let client: String?
    let hardware: String?
    let hostName: String?
    let expires: Int64?
    let lastContact: Int64?

    enum CodingKeys: String, CodingKey {
        case event, address, state, client, hardware, expires
        case hostName = "host_name"
        case lastContact = "last_contact"
    }

    init(_ line: Substring) throws {
        self = try JSONDecoder().decode(LeaseDocument.self, from: Data(line.utf8))
    }

    /// How long the lease goes on, for people; `now` is seconds since 1970.
    func left(at now: Int64) -> String {
        guard let expires else { return "never" }
        let left = expires - now
        guard left > 0 else { return "over" }
        if left < 120 { return "\(left)s" }
        if left < 7200 { return "\(left / 60)m" }
        return left < 172_800 ? "\(left / 3600)h" : "\(left / 86400)d"
    }
}
