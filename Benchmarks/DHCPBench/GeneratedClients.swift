import DHCP
import Link
import Wire

/// Clients by number: the number is their transaction, and what they are known by.
///
/// Frames are made once, and the number put into copies, so that the generator is not what is measured. Clients of DHCPv4 have
/// hardware addresses of their own; those of DHCPv6 have DUIDs of their own and share one station, since servers on UDP sockets
/// would have to find each of ten thousand neighbors first.
struct GeneratedClients {
    /// What a client sends because of an answer.
    enum Step {
        case request(Int, UInt128)
        case release(Int, UInt128)
    }

    let version: Int
    private let base: UInt64
    private let hardware: MACAddress
    private let releases: Bool
    private let opening: [UInt8]
    /// From the first offer on.
    private var request: [UInt8] = []
    private var farewell: [UInt8] = []
    /// Where an address is in these.
    private var place = 0
    var begun = 0
    var done = 0

    init(version: Int, base: UInt64, hardware: MACAddress, releases: Bool) {
        (self.version, self.base, self.hardware, self.releases) = (version, base, hardware, releases)
        opening = version == 4 ? Self.frame4(.discover, nil) : Self.frame6(.solicit, hardware, nil)
    }

    /// What concerns clients: answers to UDP port 68 or 546.
    static func filter(version: Int) throws -> FilterProgram {
        var filter = FilterBuilder()
        let drop = filter.label()
        let (type, offset, port): (UInt32, UInt32, UInt32) = version == 4 ? (0x0800, 36, 68) : (0x86DD, 56, 546)
        filter.add(.load(.half, at: 12))
        filter.require(.equal, .constant(type), orElse: drop)
        filter.add(.load(.half, at: offset))
        filter.require(.equal, .constant(port), orElse: drop)
        filter.add(.keep(0x0004_0000))
        filter.place(drop)
        filter.add(.keep(0))
        return try filter.program()
    }

    /// Takes an answer: an offer becomes a request.
    mutating func take(_ octets: RawSpan, _ steps: inout [Step]) {
        if version == 4 { take4(octets, &steps) } else { take6(octets, &steps) }
    }

    private mutating func take4(_ octets: RawSpan, _ steps: inout [Step]) {
        guard octets.byteCount >= 42 + 240, octets.uint8(at: 14) == 0x45,
            let view = try? DHCPv4.MessageView(reading: octets.extracting(droppingFirst: 42)),
            let type = try? view.messageType
        else { return }
        let (number, address) = (Int(view.header.transactionID), UInt128(view.header.yourAddress.rawValue))
        guard number < begun else { return }
        if type == .offer {
            if request.isEmpty, let server = (try? view.read(DHCPv4.ServerIdentifier.self))?.address {
                request = Self.frame4(.request, server)
                farewell = Self.frame4(.release, server)
                place = 287
            }
            steps.append(.request(number, address))
        } else if type == .acknowledge {
            done += 1
            if releases { steps.append(.release(number, address)) }
        }
    }

    private mutating func take6(_ octets: RawSpan, _ steps: inout [Step]) {
        guard octets.byteCount >= 62 + 4,
            let view = try? DHCPv6.MessageView(reading: octets.extracting(droppingFirst: 62)),
            Int(view.transactionID) < begun,
            let association = try? view.options.read(DHCPv6.IdentityAssociation.self),
            let address = (try? association.options.read(DHCPv6.IdentityAssociationAddress.self))?.address
        else { return }
        let number = Int(view.transactionID)
        if view.type == .advertise {
            if request.isEmpty, let server = (try? view.options.read(DHCPv6.ServerIdentifier.self))?.duid {
                request = Self.frame6(.request, hardware, server)
                farewell = Self.frame6(.release, hardware, server)
                // Behind the client's and the server's identifiers, and two headers.
                place = 66 + 14 + 4 + server.size + 16 + 4
            }
            steps.append(.request(number, address.rawValue))
        } else if view.type == .reply {
            // A RELEASE is answered, too, but without an address.
            done += 1
            if releases { steps.append(.release(number, address.rawValue)) }
        }
    }

    /// Writes a client's first message.
    func begin(_ number: Int, to frame: inout OutputSpan<UInt8>) { put(opening, number, nil, to: &frame) }

    /// Writes what follows from an answer.
    func write(_ step: Step, to frame: inout OutputSpan<UInt8>) {
        switch step {
        case .request(let number, let address): put(request, number, address, to: &frame)
        case .release(let number, let address): put(farewell, number, address, to: &frame)
        }
    }

    private func put(_ model: [UInt8], _ number: Int, _ address: UInt128?, to frame: inout OutputSpan<UInt8>) {
        let start = frame.count
        precondition(start == 0, "a frame begins its place")
        frame.append(copying: model)
        let identity = 0x0200_0000_0000 | base << 24 | UInt64(number) & 0xFF_FFFF
        func put48(_ value: UInt64, at offset: Int, _ frame: inout OutputSpan<UInt8>) {
            for index in 0..<3 {
                frame.replace(
                    uint16: UInt16(truncatingIfNeeded: value >> UInt64(32 - 16 * index)), at: offset + 2 * index)
            }
        }
        if version == 4 {
            put48(identity, at: 6, &frame)
            frame.replace(uint16: UInt16(truncatingIfNeeded: number >> 16), at: 46)
            frame.replace(uint16: UInt16(truncatingIfNeeded: number), at: 48)
            put48(identity, at: 70, &frame)
            guard let address else { return }
            // A RELEASE has it as the client's address, a request as an option.
            let offset = model[284] == DHCPv4.MessageType.release.rawValue ? 54 : place
            frame.replace(uint16: UInt16(truncatingIfNeeded: address >> 16), at: offset)
            frame.replace(uint16: UInt16(truncatingIfNeeded: address), at: offset + 2)
            return
        }
        // The type's octet stays in the upper half of the first word.
        frame.replace(uint16: UInt16(model[62]) << 8 | UInt16(truncatingIfNeeded: number >> 16) & 0xFF, at: 62)
        frame.replace(uint16: UInt16(truncatingIfNeeded: number), at: 64)
        put48(identity, at: 74, &frame)
        if let address {
            for index in 0..<8 {
                frame.replace(
                    uint16: UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * index)), at: place + 2 * index)
            }
        }
        // The model's checksum is for the model: each word that changed is exchanged in it (RFC 1624).
        var sum = UInt16(model[60]) << 8 | UInt16(model[61])
        var offsets = [62, 64, 74, 76, 78]
        if address != nil { offsets += (0..<8).map { place + 2 * $0 } }
        for offset in offsets {
            sum = Checksum.update(
                sum, replacing: UInt16(model[offset]) << 8 | UInt16(model[offset + 1]),
                with: UInt16(frame[offset]) << 8 | UInt16(frame[offset + 1]))
        }
        frame.replace(uint16: sum == 0 ? 0xFFFF : sum, at: 60)
    }

    private static func frame4(_ type: DHCPv4.MessageType, _ server: IPv4Address?) -> [UInt8] {
        let header = DHCPv4.Header(
            operation: .request, hardwareAddress: DHCPv4.HardwareAddress(MACAddress(rawValue: 0x0200_0000_0000)),
            transactionID: 0)
        var message = DHCPv4.Message(type, header: header)
        if let server {
            if type == .request { message.options.set(DHCPv4.RequestedAddress(.any)) }
            message.options.set(DHCPv4.ServerIdentifier(server))
        }
        message.options.set(DHCPv4.ParameterRequestList([.subnetMask, .routers, .domainNameServers, .domainName]))
        return [UInt8](capacity: 1500) { frame in
            EthernetHeader(destination: .broadcast, source: .zero, type: .ipv4).write(to: &frame)
            IPv4Header(source: .any, destination: .broadcast, protocol: .udp, payloadLength: 8 + message.size)
                .write(to: &frame)
            // Without a checksum, which IPv4 allows.
            UDPHeader(source: Port(rawValue: 68), destination: Port(rawValue: 67), payloadLength: message.size)
                .write(to: &frame)
            message.write(to: &frame)
        }
    }

    private static func frame6(_ type: DHCPv6.MessageType, _ hardware: MACAddress, _ server: DUID?) -> [UInt8] {
        var message = DHCPv6.Message(type, transactionID: 0)
        guard let client = DUID(.linkLayer(hardwareType: 1, address: [2, 0, 0, 0, 0, 0])) else { return [] }
        message.options.append(DHCPv6.ClientIdentifier(client))
        var association = DHCPv6.IdentityAssociation(identifier: 1)
        if let server {
            message.options.append(DHCPv6.ServerIdentifier(server))
            association.options.append(
                DHCPv6.IdentityAssociationAddress(IPv6Address(rawValue: 0), preferred: .zero, valid: .zero))
        }
        message.options.append(association)
        message.options.append(DHCPv6.ElapsedTime(hundredths: 0))
        message.options.append(DHCPv6.OptionRequest([.dnsServers]))
        let payload = [UInt8](capacity: message.size) { message.write(to: &$0) }
        let source = IPv6Address(linkLocal: hardware)
        let target = IPv6Address(rawValue: UInt128(0xFF02) << 112 | 0x1_0002)
        return [UInt8](capacity: 1500) { frame in
            EthernetHeader(destination: MACAddress(0x33, 0x33, 0, 1, 0, 2), source: hardware, type: .ipv6)
                .write(to: &frame)
            var udp = UDPHeader(
                source: Port(rawValue: 546), destination: Port(rawValue: 547), payloadLength: payload.count)
            IPv6Header(
                source: source, destination: target, nextHeader: .udp, payloadLength: Int(udp.length), hopLimit: 1
            )
            .write(to: &frame)
            let pseudo = Checksum(source: source, destination: target, protocol: .udp, length: Int(udp.length))
            udp.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
            udp.write(to: &frame)
            frame.append(copying: payload)
        }
    }
}

extension IPv6Address {
    /// The link-local address that a hardware address makes (RFC 4291, appendix A).
    fileprivate init(linkLocal address: MACAddress) {
        let raw = address.rawValue ^ 0x0200_0000_0000
        let identifier = (raw >> 24) << 40 | 0xFFFE << 24 | raw & 0xFF_FFFF
        self.init(rawValue: UInt128(0xFE80) << 112 | UInt128(identifier))
    }
}
