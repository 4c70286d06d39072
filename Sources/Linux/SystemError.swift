public import SystemPackage

/// A system call that failed, with nothing lost.
public struct SystemError: Error, Equatable, Sendable {
    /// The call's name, as `man 2` has it.
    public let call: String

    /// What the kernel answered.
    public let code: Errno

    public init(call: String, code: Errno) { (self.call, self.code) = (call, code) }
}

extension SystemError: CustomStringConvertible {
    public var description: String { "\(call): \(code)" }
}
