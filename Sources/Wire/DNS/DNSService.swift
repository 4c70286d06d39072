/// Where a service is: what an SRV record tells (RFC 2782).
public struct DNSService: Equatable, Hashable, Sendable {
    /// Hosts with the lowest are tried first.
    public var priority: UInt16

    /// The share among hosts of one priority.
    public var weight: UInt16

    /// The port on the host.
    public var port: UInt16

    /// The host; the root if there is no such service.
    public var target: DomainName

    /// Makes a record's data.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }

    /// Reads data that begin at `offset` of `message`, and moves `offset` behind them.
    init(in message: RawSpan, at offset: inout Int) throws(WireError) {
        var rest = message.extracting(droppingFirst: offset)
        let fixed = try rest.take(6, for: .dns)
        priority = fixed.uint16(at: 0)
        weight = fixed.uint16(at: 2)
        port = fixed.uint16(at: 4)
        offset += 6
        target = try DomainName(in: message, at: &offset)
    }

    /// How many octets they take.
    var size: Int { 6 + target.size }

    /// Appends the data.
    func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: priority)
        octets.append(uint16: weight)
        octets.append(uint16: port)
        target.write(to: &octets)
    }
}
