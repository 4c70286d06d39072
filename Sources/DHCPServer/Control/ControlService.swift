import DHCP
import Reactor
import Linux
import Settings
import Wire

/// Answers `apus dhcp leases` and its like on a socket of this machine: a line that asks, lines of JSON that answer.
///
/// A request is words with blanks between them, as `show 192.0.2.7`; each line of the answer is an object, the last one has
/// `end` or `error`. Whoever can open the socket may do everything: it is its owner's alone.
final class ControlService: Sendable {
    private let server: ConnectionServer
    private let path: String

    /// Octets that a request may have.
    static let requestLimit = 4096

    init(path: String, loop: LoopHandle) throws(SystemError) {
        self.path = path
        server = try ConnectionServer(listener: try Socket.listening(atPath: path), name: "control") { descriptor in
            Self.serve(descriptor, loop)
        }
    }

    func stop() { server.stop() }

    private static func serve(_ descriptor: Int32, _ loop: LoopHandle) {
        guard
            let octets = ConnectionServer.receive(until: [0x0A], limit: requestLimit, from: descriptor)
        else { return }
        let line = String(decoding: octets.prefix { $0 != 0x0A }, as: UTF8.self)
        let words = line.split(separator: " ").map(String.init)
        let failure: String?
        switch (words.first, words.count) {
        case ("leases"?, 1): failure = leases(descriptor, loop)
        case ("watch"?, 1): failure = watch(descriptor, loop)
        case ("show"?, 2): failure = show(words[1], descriptor, loop)
        case ("release"?, 2): failure = release(words[1], descriptor, loop)
        case ("renew"?, 2): failure = renew(words[1], descriptor, loop)
        case ("reserve"?, 3): failure = reserve(words[1], for: words[2], descriptor, loop)
        case ("unreserve"?, 2): failure = unreserve(words[1], descriptor, loop)
        case ("stats"?, 1): failure = stats(descriptor, loop)
        default: failure = "there is no such request"
        }
        let last = failure.map { JSON.object([("error", .string($0))]) } ?? .object([("end", .boolean(true))])
        _ = ConnectionServer.send(last.text(isIndented: false) + "\n", to: descriptor)
    }

    private static let busy = "the server did not answer in time"

    /// All leases, some hundreds at a time, so that clients are served between.
    private static func leases(_ descriptor: Int32, _ loop: LoopHandle) -> String? {
        for family in [LeaseAddress.Family.v4, .v6] {
            var slot: Int? = 0
            while let start = slot {
                guard let page = loop.ask({ $0.page(of: family, from: start, limit: 512) }) else { return busy }
                guard page.lines.isEmpty || ConnectionServer.send(page.lines, to: descriptor) else { return nil }
                slot = page.next
            }
        }
        return nil
    }

    /// Every change from now on, until the other side goes.
    private static func watch(_ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let watcher = try? LeaseWatcher() else { return "no descriptor is left" }
        loop.mailbox.post { $0.watchers.append(watcher) }
        defer { loop.mailbox.post { $0.watchers.removeAll { $0 === watcher } } }
        while true {
            let lines = watcher.take(nanoseconds: 1_000_000_000)
            // An empty line asks whether anybody is there still.
            let text = lines.isEmpty ? "\n" : lines.joined(separator: "\n") + "\n"
            guard ConnectionServer.send(text, to: descriptor) else { return nil }
        }
    }

    private static func show(_ text: String, _ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let found = loop.ask({ $0.leases(matching: text) }) else { return busy }
        guard !found.isEmpty else { return "there is no lease of '\(text)'" }
        _ = ConnectionServer.send(found.joined(separator: "\n") + "\n", to: descriptor)
        return nil
    }

    private static func release(_ text: String, _ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let address = LeaseAddress(text) else { return "'\(text)' is no address" }
        guard let released = loop.ask({ $0.release(address) }) else { return busy }
        return released
    }

    private static func renew(_ text: String, _ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let address = LeaseAddress(text) else { return "'\(text)' is no address" }
        guard let told = loop.ask({ $0.renew(address) }) else { return busy }
        return told
    }

    private static func reserve(
        _ text: String, for client: String, _ descriptor: Int32, _ loop: LoopHandle
    ) -> String? {
        guard let address = LeaseAddress(text) else { return "'\(text)' is no address" }
        guard let reserved = loop.ask({ $0.reserve(address, for: client) }) else { return busy }
        return reserved
    }

    private static func unreserve(_ text: String, _ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let address = LeaseAddress(text) else { return "'\(text)' is no address" }
        guard let reserved = loop.ask({ $0.unreserve(address) }) else { return busy }
        return reserved
    }

    private static func stats(_ descriptor: Int32, _ loop: LoopHandle) -> String? {
        guard let lines = loop.ask({ $0.statistics }) else { return busy }
        _ = ConnectionServer.send(lines.text(isIndented: false) + "\n", to: descriptor)
        return nil
    }
}

extension LeaseAddress {
    /// Reads an address of either version, or a prefix.
    init?(_ text: String) {
        if let address = IPv4Address(text) {
            self.init(address)
        } else if let address = IPv6Address(text) {
            self.init(address)
        } else if let prefix = IPv6Prefix(text) {
            self.init(prefix)
        } else {
            return nil
        }
    }
}
