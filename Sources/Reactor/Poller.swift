package import Linux

/// What a descriptor is ready for; several at once.
package struct Readiness: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt32

    @inlinable
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There are octets, a connection, or an end to be read.
    package static let read = Readiness(rawValue: 1 << 0)
    /// There is room to write, or a connection is made.
    package static let write = Readiness(rawValue: 1 << 1)
    /// The peer ended its direction.
    package static let readEnd = Readiness(rawValue: 1 << 2)
    /// The connection is over or broken.
    package static let hangUp = Readiness(rawValue: 1 << 3)
}

/// What tells a loop of ready descriptors: the one place that knows how (`EpollPoller`).
///
/// Readiness is told once, when it comes (edge-triggered): who is told goes on until a call has to wait.
package protocol Poller: ~Copyable {
    /// Watches a descriptor for everything, from now until it is closed.
    mutating func add(_ descriptor: Int32, token: UInt64) throws(SystemError)

    /// Watches a descriptor for reading alone and tells of it as long as there is something to read (level-triggered).
    mutating func addListener(_ descriptor: Int32, token: UInt64) throws(SystemError)

    /// Ends the watch of a descriptor that stays open.
    mutating func remove(_ descriptor: Int32)

    /// Waits for at most so many nanoseconds, and returns how many events there are.
    mutating func wait(nanoseconds: UInt64) -> Int

    /// An event of the last wait.
    func event(_ index: Int) -> (token: UInt64, readiness: Readiness)
}
