/// The ports to scan of each protocol.
public struct PortSelection: Hashable, Sendable {
    public var tcp = PortSet()
    public var udp = PortSet()
    public var sctp = PortSet()
    /// Numbers of IP protocols, 0 to 255.
    public var ip = PortSet()

    public init(tcp: PortSet = PortSet(), udp: PortSet = PortSet(), sctp: PortSet = PortSet(), ip: PortSet = PortSet())
    {
        (self.tcp, self.udp, self.sctp, self.ip) = (tcp, udp, sctp, ip)
    }

    public subscript(protocol: ProbeProtocol) -> PortSet {
        get {
            switch `protocol` {
            case .tcp: tcp
            case .udp: udp
            case .sctp: sctp
            case .ip: ip
            }
        }
        set {
            switch `protocol` {
            case .tcp: tcp = newValue
            case .udp: udp = newValue
            case .sctp: sctp = newValue
            case .ip: ip = newValue
            }
        }
    }
}
