import Wire

extension DHCPv4 {
    /// What a server found out about a message before it decides anything.
    struct Query: Sendable {
        /// How the message reached the server, hence how the answer goes back.
        enum Path: Sendable, Equatable {
            /// As a frame of the client's own.
            case direct
            /// Through a relay agent, whose address is in the header (giaddr).
            case relayed
            /// As a packet through routers, from a client that renews.
            case routed
        }

        let type: MessageType
        let path: Path
        let identity: ClientIdentity
        let hardwareAddress: MACAddress

        /// The network that the client is on.
        let network: Int

        /// The address that tells which subnet of the network is meant: the relay agent's, or what it selects; nil for any.
        let subnetHint: IPv4Address?

        /// What the server calls itself towards this client.
        let serverIdentifier: IPv4Address

        /// The server that the client speaks to (option 54).
        let addressedServer: IPv4Address?

        /// The address that the client asks for (option 50).
        let requestedAddress: IPv4Address?

        /// What a relay agent told, if it is believed.
        let relay: RelayAgentInformation?

        /// The classes that the client is of, as bits.
        var classes: UInt64

        /// What is reserved for the client, as an index into the server's reservations.
        var reservation: Int?

        /// The name that the client tells, fit to be kept.
        let hostName: String

        /// What is told to a client that can be told to renew, and knows no nonce yet; nil for others.
        let nonce: ForceRenewNonce?
    }
}

extension DHCPv4 {
    /// A client's name without what has no place in one: letters, digits, hyphens and dots stay, in lower case.
    ///
    /// Whatever a client sends, the rest of the message counts; an empty name is no name. Long ones are cut.
    package static func hostName(_ octets: RawSpan) -> String {
        var name: [UInt8] = []
        var offset = 0
        while offset < octets.byteCount, name.count < 63 {
            let octet = octets.uint8(at: offset)
            offset += 1
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.append(octet)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(octet | 0x20)
            case UInt8(ascii: "-"), UInt8(ascii: "."):
                // Neither at the beginning nor twice: no label is empty.
                if let last = name.last, last != UInt8(ascii: ".") { name.append(octet) }
            case 0: offset = octets.byteCount
            default: break
            }
        }
        while let last = name.last, last == UInt8(ascii: "-") || last == UInt8(ascii: ".") { name.removeLast() }
        return String(decoding: name, as: UTF8.self)
    }
}
