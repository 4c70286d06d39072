package import SystemPackage

/// What a call that moves octets, or takes a connection, returned: a count, "not now", or an error.
///
/// It never throws.
package struct Transfer: Equatable, Sendable, BitwiseCopyable {
    /// The kernel's result: not negative, or a negative errno.
    package let raw: Int

    @inlinable
    package init(raw: Int) { self.raw = raw }

    /// The call moved nothing because it would have had to wait (`EAGAIN`), or is under way (`EINPROGRESS`).
    package static var wouldBlock: Transfer { Transfer(raw: -11) }

    /// Octets moved (or the descriptor that was made); nil unless the call succeeded.
    @inlinable
    package var count: Int? { raw >= 0 ? raw : nil }

    /// Whether to wait for readiness and try again.
    @inlinable
    package var isPending: Bool { raw == -11 || raw == -115 }

    /// The error; nil when the call succeeded or has to wait.
    package var failure: Errno? { raw >= 0 || isPending ? nil : Errno(rawValue: Int32(-raw)) }
}
