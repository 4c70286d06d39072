/// What was found out about one port of one host.
public struct PortResult: Hashable, Sendable {
    public var `protocol`: ProbeProtocol

    /// The port, or an IP protocol's number.
    public var port: UInt16

    public var state: PortState
    public var reason: StateReason

    /// What listens, once it was asked; nil if it was not.
    public var service: ServiceIdentity?

    public init(
        _ protocol: ProbeProtocol, _ port: UInt16, _ state: PortState, _ reason: StateReason,
        service: ServiceIdentity? = nil
    ) {
        (self.protocol, self.port, self.state, self.reason) = (`protocol`, port, state, reason)
        self.service = service
    }
}
