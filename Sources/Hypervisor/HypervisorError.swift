package import SystemPackage

/// Why a daemon of the hypervisor could not do what it was asked.
public struct HypervisorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as `connect to unix:/run/openvswitch/br0.mgmt`.
    public let attempt: String
    /// What went wrong, and what to do about it.
    public let reason: String
    /// The error number of the system's call that failed, where that is what went wrong.
    package let code: Errno?

    /// Makes one; neither part ends in a full stop.
    public init(_ attempt: String, _ reason: String) {
        self.init(attempt, reason, code: nil)
    }

    /// Makes one with the error number of the system's call.
    package init(_ attempt: String, _ reason: String, code: Errno?) {
        (self.attempt, self.reason, self.code) = (attempt, reason, code)
    }

    public var description: String { "cannot \(attempt): \(reason)" }
}
