/// Looks closer at a host whose ports are known: its services, its system.
///
/// Examiners run beside the scan, several at a time; each gets what the one before made of the host.
public protocol HostExaminer: Sendable {
    /// The host with what was found out.
    func examine(_ host: HostResult) async -> HostResult
}
