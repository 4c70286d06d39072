public import Wire

extension DHCPv4 {
    /// The fixed part of a message, without the two fields of text (RFC 2131, 2).
    public struct Header: Equatable, Hashable, Sendable {
        /// The octets up to the options: these fields, `sname`, `file` and the magic cookie.
        public static let size = 240

        /// Which way a message goes (op).
        public enum Operation: UInt8, Sendable {
            /// From a client (BOOTREQUEST).
            case request = 1
            /// To a client (BOOTREPLY).
            case reply = 2
        }

        /// Which way the message goes (op).
        public var operation: Operation

        /// The client's hardware address (htype, hlen, chaddr).
        public var hardwareAddress: HardwareAddress

        /// How many relay agents passed it on (hops).
        public var hops: UInt8

        /// What the client tells replies by (xid).
        public var transactionID: UInt32

        /// The seconds since the client began (secs).
        public var seconds: UInt16

        /// The flags; the highest asks for replies by broadcast, the others must be zero and are kept (flags).
        public var flags: UInt16

        /// The address that the client has and answers for (ciaddr).
        public var clientAddress: IPv4Address

        /// The address that the client gets (yiaddr).
        public var yourAddress: IPv4Address

        /// The server of the next step of booting (siaddr).
        public var nextServerAddress: IPv4Address

        /// The relay agent that first passed it on (giaddr).
        public var gatewayAddress: IPv4Address

        /// Makes a header in which whatever is not given is zero.
        public init(operation: Operation, hardwareAddress: HardwareAddress, transactionID: UInt32) {
            self.operation = operation
            self.hardwareAddress = hardwareAddress
            self.transactionID = transactionID
            (hops, seconds, flags) = (0, 0, 0)
            (clientAddress, yourAddress, nextServerAddress, gatewayAddress) = (.any, .any, .any, .any)
        }

        /// Whether the client asks for replies by broadcast (the B flag).
        public var isBroadcast: Bool {
            get { flags & 0x8000 != 0 }
            set { flags = newValue ? flags | 0x8000 : flags & 0x7FFF }
        }

        /// Where `sname` lies in a message.
        static let serverName = 44..<108

        /// Where `file` lies in a message.
        static let bootFile = 108..<236

        /// What the options begin with: 99, 130, 83, 99 (RFC 2132, 2).
        static let magicCookie: UInt32 = 0x6382_5363

        /// Reads the fields off `fixed`, which has `size` octets.
        init(fixed: RawSpan) throws(WireError) {
            guard let operation = Operation(rawValue: fixed.uint8(at: 0)) else {
                throw .malformed(.dhcpv4, field: "op")
            }
            let count = Int(fixed.uint8(at: 2))
            guard count <= HardwareAddress.limit else { throw .malformed(.dhcpv4, field: "hlen") }
            guard fixed.uint32(at: 236) == Self.magicCookie else { throw .malformed(.dhcpv4, field: "magic cookie") }
            self.operation = operation
            hardwareAddress = HardwareAddress(
                type: HardwareType(rawValue: fixed.uint8(at: 1)), count: count, rawValue: fixed.uint128(at: 28))
            hops = fixed.uint8(at: 3)
            transactionID = fixed.uint32(at: 4)
            seconds = fixed.uint16(at: 8)
            flags = fixed.uint16(at: 10)
            clientAddress = fixed.ipv4Address(at: 12)
            yourAddress = fixed.ipv4Address(at: 16)
            nextServerAddress = fixed.ipv4Address(at: 20)
            gatewayAddress = fixed.ipv4Address(at: 24)
        }

        /// Appends the fields up to `chaddr`.
        func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(operation.rawValue)
            octets.append(hardwareAddress.type.rawValue)
            octets.append(UInt8(hardwareAddress.count))
            octets.append(hops)
            octets.append(uint32: transactionID)
            octets.append(uint16: seconds)
            octets.append(uint16: flags)
            clientAddress.write(to: &octets)
            yourAddress.write(to: &octets)
            nextServerAddress.write(to: &octets)
            gatewayAddress.write(to: &octets)
            octets.append(uint128: hardwareAddress.rawValue)
        }
    }
}

extension Layer {
    /// A DHCPv4 message.
    public static var dhcpv4: Layer { Layer("DHCPv4") }
}
