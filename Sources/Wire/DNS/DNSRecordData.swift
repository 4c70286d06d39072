/// What a record tells, by its type (RDATA).
public enum DNSRecordData: Equatable, Hashable, Sendable {
    /// An IPv4 address (A; RFC 1035, 3.4.1).
    case address(IPv4Address)
    /// An IPv6 address (AAAA; RFC 3596, 2.2).
    case address6(IPv6Address)
    /// A name server (NS; RFC 1035, 3.3.11).
    case nameServer(DomainName)
    /// The name that a name stands for (CNAME; RFC 1035, 3.3.1).
    case canonicalName(DomainName)
    /// A name, mostly an address's (PTR; RFC 1035, 3.3.12).
    case pointer(DomainName)
    /// Strings of up to 255 octets: at least one (TXT; RFC 1035, 3.3.14).
    case text([[UInt8]])
    /// A service's host and port (SRV; RFC 2782).
    case service(DNSService)
    /// A zone's beginning (SOA; RFC 1035, 3.3.13).
    case startOfAuthority(DNSStartOfAuthority)
    /// Extensions of the protocol itself (OPT; RFC 6891, 6.1).
    case options([DNSOption])
    /// Another type; names in it are not told apart from other octets.
    case other(DNSRecordType, [UInt8])

    /// The type that says so.
    public var type: DNSRecordType {
        switch self {
        case .address: .address
        case .address6: .address6
        case .nameServer: .nameServer
        case .canonicalName: .canonicalName
        case .pointer: .pointer
        case .text: .text
        case .service: .service
        case .startOfAuthority: .startOfAuthority
        case .options: .options
        case .other(let type, _): type
        }
    }

    /// Reads data that are all of `range`, in a message that names may point into.
    init(type: DNSRecordType, in message: RawSpan, range: Range<Int>) throws(WireError) {
        var rest = message.extracting(range)
        var offset = range.lowerBound
        switch type {
        case .address:
            self = .address(try IPv4Address(reading: &rest))
            offset += IPv4Address.size
        case .address6:
            self = .address6(try IPv6Address(reading: &rest))
            offset += IPv6Address.size
        case .nameServer: self = .nameServer(try DomainName(in: message, at: &offset))
        case .canonicalName: self = .canonicalName(try DomainName(in: message, at: &offset))
        case .pointer: self = .pointer(try DomainName(in: message, at: &offset))
        case .text:
            var strings: [[UInt8]] = []
            // As many as the record has room for.
            repeat {
                let count = Int(try rest.take(1, for: .dns).uint8(at: 0))
                strings.append([UInt8](copying: try rest.take(count, for: .dns)))
            } while !rest.isEmpty
            self = .text(strings)
            offset = range.upperBound
        case .service: self = .service(try DNSService(in: message, at: &offset))
        case .startOfAuthority: self = .startOfAuthority(try DNSStartOfAuthority(in: message, at: &offset))
        case .options:
            var options: [DNSOption] = []
            while !rest.isEmpty { options.append(try DNSOption(reading: &rest)) }
            self = .options(options)
            offset = range.upperBound
        default:
            self = .other(type, [UInt8](copying: rest))
            offset = range.upperBound
        }
        guard offset == range.upperBound else { throw .malformed(.dns, field: "RDLENGTH") }
    }

    /// How many octets they take.
    var size: Int {
        switch self {
        case .address: IPv4Address.size
        case .address6: IPv6Address.size
        case .nameServer(let name), .canonicalName(let name), .pointer(let name): name.size
        case .text(let strings): strings.reduce(0) { $0 + 1 + $1.count }
        case .service(let service): service.size
        case .startOfAuthority(let start): start.size
        case .options(let options): options.reduce(0) { $0 + $1.size }
        case .other(_, let octets): octets.count
        }
    }

    /// Appends the data, names without compression.
    func write(to octets: inout OutputSpan<UInt8>) {
        switch self {
        case .address(let address): address.write(to: &octets)
        case .address6(let address): address.write(to: &octets)
        case .nameServer(let name), .canonicalName(let name), .pointer(let name): name.write(to: &octets)
        case .text(let strings):
            precondition(!strings.isEmpty, "text has one string at least")
            for string in strings {
                precondition(string.count <= 255, "a string has up to 255 octets")
                octets.append(UInt8(string.count))
                octets.append(copying: string)
            }
        case .service(let service): service.write(to: &octets)
        case .startOfAuthority(let start): start.write(to: &octets)
        case .options(let options): for option in options { option.write(to: &octets) }
        case .other(_, let data): octets.append(copying: data)
        }
    }
}
