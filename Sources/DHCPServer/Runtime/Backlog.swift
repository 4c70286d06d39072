package import Link
import Wire

/// Frames that came faster than they could be decided on: bounded, of each client the newest alone, the oldest lost first.
///
/// A kernel's queue that is full loses what comes, so that all of it is old, and a storm feeds on answers to those who have asked
/// again meanwhile. Under a load that one round does not take, the loop therefore empties the kernel's queue into this. Messages that
/// end an exchange come before such as begin one: to answer a REQUEST makes a client content, one more OFFER does not.
package struct Backlog {
    /// A frame, copied.
    package struct Entry {
        package let octets: [UInt8]
        package let information: FrameInformation
        package let port: UInt32
    }

    /// What a frame is, as far as the order needs it.
    struct Kind {
        /// What retransmissions of a client, or what it sends instead, have in common; nil for what is never replaced.
        let client: Int?
        let endsExchange: Bool
    }

    /// How many wait, of each kind.
    package static let limit = 8192

    private var ending = Line()
    private var beginning = Line()

    package init() {}

    package var isEmpty: Bool { ending.isEmpty && beginning.isEmpty }

    /// Adds a frame; how many others it cost their place, and why.
    package mutating func add(_ octets: RawSpan, _ information: FrameInformation, port: UInt32) -> (
        replaced: Int, lost: Int
    ) {
        let kind = Self.kind(of: octets)
        let entry = Entry(octets: [UInt8](copying: octets), information: information, port: port)
        if kind.endsExchange {
            // Who has come so far wants nothing more of what it sent before.
            let other = kind.client.map { beginning.remove($0) } ?? 0
            let (replaced, lost) = ending.add(entry, kind.client)
            return (replaced + other, lost)
        }
        return beginning.add(entry, kind.client)
    }

    /// Takes the next frame.
    package mutating func next() -> Entry? { ending.next() ?? beginning.next() }

    /// What a frame is; whatever cannot be told is judged when its turn comes.
    static func kind(of frame: RawSpan) -> Kind {
        guard frame.byteCount >= 14 else { return Kind(client: nil, endsExchange: false) }
        switch frame.uint16(at: 12) {
        case 0x0800: return kind4(frame)
        case 0x86DD: return kind6(frame)
        default: return Kind(client: nil, endsExchange: true)
        }
    }

    private static func kind4(_ frame: RawSpan) -> Kind {
        let none = Kind(client: nil, endsExchange: false)
        guard frame.byteCount > 14 else { return none }
        let message = 14 + Int(frame.uint8(at: 14) & 0xF) * 4 + 8
        guard frame.byteCount >= message + 240 else { return none }
        var hasher = Hasher()
        hasher.combine(frame.uint64(at: message + 28))
        hasher.combine(frame.uint64(at: message + 36))
        // The relay agent, since two may have clients of one address.
        hasher.combine(frame.uint32(at: message + 24))
        // The message type, which nearly everybody puts first.
        var offset = message + 240
        while offset + 2 < frame.byteCount, frame.uint8(at: offset) != 53, frame.uint8(at: offset) != 255 {
            offset += frame.uint8(at: offset) == 0 ? 1 : 2 + Int(frame.uint8(at: offset + 1))
        }
        guard offset + 2 < frame.byteCount, frame.uint8(at: offset) == 53 else { return none }
        let type = frame.uint8(at: offset + 2)
        return Kind(client: hasher.finalize(), endsExchange: type != 1 && type != 8)
    }

    private static func kind6(_ frame: RawSpan) -> Kind {
        // Neighbors' messages cost little, and are few.
        guard frame.byteCount >= 66, frame.uint8(at: 20) == 17 else { return Kind(client: nil, endsExchange: true) }
        let type = frame.uint8(at: 62)
        // A client's retransmissions have its address and one transaction (RFC 8415, 15); behind a relay agent nobody looks.
        guard type != 12 else { return Kind(client: nil, endsExchange: false) }
        var hasher = Hasher()
        hasher.combine(frame.uint128(at: 22))
        hasher.combine(frame.uint32(at: 62))
        return Kind(client: hasher.finalize(), endsExchange: type != 1 && type != 11)
    }
}

extension Backlog {
    /// Entries in the order that they came.
    private struct Line {
        /// nil where one was replaced by a newer one.
        private var entries: [Entry?] = []
        private var clients: [Int?] = []
        private var head = 0
        /// Which entry is a client's, counted from the first that ever was.
        private var newest: [Int: Int] = [:]
        private var dropped = 0
        private var count = 0

        var isEmpty: Bool { count == 0 }

        mutating func add(_ entry: Entry, _ client: Int?) -> (replaced: Int, lost: Int) {
            let replaced = client.map { remove($0) } ?? 0
            var lost = 0
            while count >= Backlog.limit, next() != nil { lost += 1 }
            if let client { newest[client] = dropped + entries.count }
            entries.append(entry)
            clients.append(client)
            count += 1
            return (replaced, lost)
        }

        /// Takes out what a client has in the line; how many that were.
        mutating func remove(_ client: Int) -> Int {
            guard let number = newest.removeValue(forKey: client) else { return 0 }
            entries[number - dropped] = nil
            count -= 1
            return 1
        }

        mutating func next() -> Entry? {
            while head < entries.count {
                let (entry, client) = (entries[head], clients[head])
                entries[head] = nil
                head += 1
                guard let entry else { continue }
                if let client { newest[client] = nil }
                count -= 1
                compact()
                return entry
            }
            compact()
            return nil
        }

        /// Gives the places back of those that are gone.
        private mutating func compact() {
            guard head == entries.count || head > Backlog.limit else { return }
            entries.removeFirst(head)
            clients.removeFirst(head)
            dropped += head
            head = 0
        }
    }
}
