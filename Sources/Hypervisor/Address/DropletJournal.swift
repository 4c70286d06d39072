import Linux
import ServiceAPI

/// The last things that happened to droplets, numbered, for watchers.
package struct DropletJournal {
    /// A place in the journal of one run of the daemon.
    package struct Mark: Hashable, Sendable {
        /// When the daemon began, which tells its journal from that of the one before.
        let epoch: UInt64
        let number: UInt64

        package var token: String { String(epoch, radix: 36) + "-" + String(number, radix: 36) }

        /// What `token` was; nil for anything else.
        package init?(token: String) {
            let parts = token.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let epoch = UInt64(parts[0], radix: 36), let number = UInt64(parts[1], radix: 36)
            else { return nil }
            self.init(epoch: epoch, number: number)
        }

        init(epoch: UInt64, number: UInt64) { (self.epoch, self.number) = (epoch, number) }
    }

    struct Entry {
        let kind: Apus_Hvaddr_V1_WatchResponse.Kind
        let identifier: String
    }

    static let limit = 16_384

    private let epoch = Clock.real
    private var entries: [Entry] = []
    /// The number before the first entry's.
    private var begin: UInt64 = 0

    var end: Mark { mark(begin + UInt64(entries.count)) }
    func mark(_ number: UInt64) -> Mark { Mark(epoch: epoch, number: number) }

    /// Whether all behind the mark is still here.
    func has(_ mark: Mark) -> Bool {
        mark.epoch == epoch && mark.number >= begin && mark.number <= begin + UInt64(entries.count)
    }

    func entries(after mark: Mark) -> [(UInt64, Entry)] {
        let first = Int(mark.number - begin)
        return entries[first...].enumerated().map { (mark.number + UInt64($0.offset) + 1, $0.element) }
    }

    mutating func add(_ kind: Apus_Hvaddr_V1_WatchResponse.Kind, _ identifier: String) {
        if entries.count >= Self.limit {
            entries.removeFirst(Self.limit / 2)
            begin += UInt64(Self.limit / 2)
        }
        entries.append(Entry(kind: kind, identifier: identifier))
    }
}
