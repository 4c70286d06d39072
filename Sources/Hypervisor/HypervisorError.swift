/// Why a daemon of the hypervisor could not do what it was asked.
public struct HypervisorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as `connect to unix:/run/openvswitch/br0.mgmt`.
    public let attempt: String
    /// What went wrong, and what to do about it.
    public let reason: String

    /// Makes one; neither part ends in a full stop.
    public init(_ attempt: String, _ reason: String) {
        (self.attempt, self.reason) = (attempt, reason)
    }

    public var description: String { "cannot \(attempt): \(reason)" }
}
