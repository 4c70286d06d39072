import Glibc
public import Link
import Linux
import SystemPackage

/// A scan of hosts and their ports.
///
/// ```swift
/// var targets = TargetSetBuilder()
/// targets.include(IPv4Prefix("192.0.2.0/28")!)
/// let scan = Scan(targets.finish(), ScanOptions(ports: PortSelection(tcp: PortSet(1...1024))))
/// for try await host in scan.results() where !host.ports.isEmpty { print(host.address, host.ports.map(\.port)) }
/// ```
public struct Scan: Sendable {
    public let targets: TargetSet
    public let options: ScanOptions
    /// Tells how far the scan is, and ends it.
    public let control = ScanControl()

    /// Index of the first target; a scan that goes on where another ended begins there.
    public var start = 0
    /// What the scan before knew of targets from `start` on.
    public var memory = ScanMemory()
    /// Whether `control.memory` is to tell what is known when the scan is ended early; it takes two octets a probe.
    public var keepsMemory = false

    public init(_ targets: TargetSet, _ options: ScanOptions) { (self.targets, self.options) = (targets, options) }

    /// Whether raw probes may be sent here.
    public static var isPrivileged: Bool {
        // ICMP's own kind of socket: to close one of all frames takes the kernel ten times as long.
        guard let descriptor = try? Socket.internet(isIPv6: false, protocol: 1, isRaw: true) else { return false }
        Socket.close(descriptor)
        return true
    }

    /// Makes the scan on a thread of its own; hosts come when all that was asked of them is known.
    ///
    /// The sequence throws `ScanError` if the scan cannot be made. To leave it early ends the scan.
    public func results() -> Results { Results(groups()) }

    /// The same, in the groups that hosts are done in.
    ///
    /// A reader that is slower than the scan makes it wait between groups.
    public func groups() -> Groups {
        let (stream, continuation) = AsyncThrowingStream<[HostResult], any Error>.makeStream()
        continuation.onTermination = { [control] in if case .cancelled = $0 { control.stop() } }
        _ = Thread(name: "scan") {
            // CAP_NET_RAW: nothing that a stranger's packet makes of this thread can do more.
            Thread.keepCapabilities([13])
            do throws(ScanError) {
                try run { hosts in
                    while !control.hasRoom, !control.isStopped { _ = usleep(1000) }
                    control.handOver(hosts.count)
                    continuation.yield(hosts)
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        return Groups(stream: stream, control: control)
    }

    /// Makes the scan on this thread; `report` gets hosts in groups, when they are done.
    package func run(_ report: ([HostResult]) -> Void) throws(ScanError) {
        var run = try ScanRun(self)
        try run.run(report)
    }

    /// Groups of hosts as an asynchronous sequence, for one reader.
    public struct Groups: AsyncSequence, Sendable {
        fileprivate let stream: AsyncThrowingStream<[HostResult], any Error>
        fileprivate let control: ScanControl

        public func makeAsyncIterator() -> Iterator {
            Iterator(stream: stream.makeAsyncIterator(), control: control)
        }

        /// Takes groups one by one.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate var stream: AsyncThrowingStream<[HostResult], any Error>.Iterator
            fileprivate let control: ScanControl
            private var taken = 0

            fileprivate init(stream: AsyncThrowingStream<[HostResult], any Error>.Iterator, control: ScanControl) {
                (self.stream, self.control) = (stream, control)
            }

            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(any Error) -> [HostResult]? {
                // Who comes back for more is done with what he has.
                control.take(taken)
                taken = 0
                guard let group = try await stream.next(isolation: actor) else { return nil }
                taken = group.count
                return group
            }
        }
    }

    /// Hosts as an asynchronous sequence, for one reader.
    public struct Results: AsyncSequence, Sendable {
        private let groups: Groups

        fileprivate init(_ groups: Groups) { self.groups = groups }

        public func makeAsyncIterator() -> Iterator { Iterator(groups: groups.makeAsyncIterator()) }

        /// Takes hosts one by one.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate var groups: Groups.Iterator
            private var group: ArraySlice<HostResult> = []

            fileprivate init(groups: Groups.Iterator) { self.groups = groups }

            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(any Error) -> HostResult? {
                while group.isEmpty {
                    guard let next = try await groups.next(isolation: actor) else { return nil }
                    group = next[...]
                }
                return group.popFirst()
            }
        }
    }
}

/// Why a scan cannot be made, or go on.
public enum ScanError: Error, Equatable, Sendable {
    /// A socket or an interface does not work.
    case link(LinkError)
    case system(String, code: Int32)
    /// Raw probes need a privilege that there is not.
    case notPermitted(String)
}

extension ScanError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .link(let error): "\(error)"
        case .system(let call, let code): "\(call): \(Errno(rawValue: code))"
        case .notPermitted(let what): "\(what) needs CAP_NET_RAW: run as root, or scan with -sT"
        }
    }
}
