/// A zone's beginning: what an SOA record tells (RFC 1035, 3.3.13).
public struct DNSStartOfAuthority: Equatable, Hashable, Sendable {
    /// The server that has the zone first (MNAME).
    public var server: DomainName

    /// The mailbox of who answers for the zone, its first dot an at sign (RNAME).
    public var mailbox: DomainName

    /// The zone's version.
    public var serial: UInt32

    /// The seconds between checks for a new version.
    public var refresh: UInt32

    /// The seconds until a failed check is repeated.
    public var retry: UInt32

    /// The seconds until unchecked data hold no more.
    public var expire: UInt32

    /// The seconds that a missing name may be remembered (MINIMUM; RFC 2308, 4).
    public var minimum: UInt32

    /// Makes a record's data.
    public init(
        server: DomainName, mailbox: DomainName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32,
        minimum: UInt32
    ) {
        self.server = server
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }

    /// Reads data that begin at `offset` of `message`, and moves `offset` behind them.
    init(in message: RawSpan, at offset: inout Int) throws(WireError) {
        server = try DomainName(in: message, at: &offset)
        mailbox = try DomainName(in: message, at: &offset)
        var rest = message.extracting(droppingFirst: offset)
        let fixed = try rest.take(20, for: .dns)
        serial = fixed.uint32(at: 0)
        refresh = fixed.uint32(at: 4)
        retry = fixed.uint32(at: 8)
        expire = fixed.uint32(at: 12)
        minimum = fixed.uint32(at: 16)
        offset += 20
    }

    /// How many octets they take.
    var size: Int { server.size + mailbox.size + 20 }

    /// Appends the data.
    func write(to octets: inout OutputSpan<UInt8>) {
        server.write(to: &octets)
        mailbox.write(to: &octets)
        octets.append(uint32: serial)
        octets.append(uint32: refresh)
        octets.append(uint32: retry)
        octets.append(uint32: expire)
        octets.append(uint32: minimum)
    }
}
