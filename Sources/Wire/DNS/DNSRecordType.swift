/// What a record tells, or a question asks for (TYPE; IANA, "Resource Record (RR) TYPEs").
public struct DNSRecordType: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address (A).
    public static var address: Self { Self(rawValue: 1) }
    /// A name server (NS).
    public static var nameServer: Self { Self(rawValue: 2) }
    /// The name that a name stands for (CNAME).
    public static var canonicalName: Self { Self(rawValue: 5) }
    /// A zone's beginning (SOA).
    public static var startOfAuthority: Self { Self(rawValue: 6) }
    /// A name, mostly an address's (PTR).
    public static var pointer: Self { Self(rawValue: 12) }
    /// Text (TXT).
    public static var text: Self { Self(rawValue: 16) }
    /// An IPv6 address (AAAA).
    public static var address6: Self { Self(rawValue: 28) }
    /// A service's host and port (SRV).
    public static var service: Self { Self(rawValue: 33) }
    /// Extensions of the protocol itself (OPT).
    public static var options: Self { Self(rawValue: 41) }
    /// Whatever there is, in a question (`*`).
    public static var any: Self { Self(rawValue: 255) }
}
