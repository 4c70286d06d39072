import Wire

extension InterfaceChange {
    /// Reads a message of the kernel (`rtnetlink(7)`); nil if it is about something else.
    package init?(reading message: NetlinkMessage) throws(LinkError) {
        switch message.type {
        case 16: self = .interface(try Interface(reading: message.body))
        case 17: self = .interfaceRemoved(try Interface(reading: message.body))
        case 20, 21:
            guard let address = try Interface.Address(reading: message.body) else { return nil }
            self = message.type == 20 ? .address(address) : .addressRemoved(address)
        case 24, 25:
            guard let route = try Interface.Route(reading: message.body) else { return nil }
            self = message.type == 24 ? .route(route) : .routeRemoved(route)
        case 28, 29:
            guard let neighbour = try Interface.Neighbour(reading: message.body) else { return nil }
            self = message.type == 28 ? .neighbour(neighbour) : .neighbourRemoved(neighbour)
        default: return nil
        }
    }
}

extension Interface {
    /// Reads `struct ifinfomsg` and its attributes (IFLA_*).
    init(reading body: [UInt8]) throws(LinkError) {
        let attributes = try NetlinkAttribute.read(body, from: 16)
        let octets = body.span.octets
        self.init(
            index: Int(octets.host32(at: 4)), name: "", hardwareAddress: nil, maximumTransmissionUnit: 0,
            flags: Flags(rawValue: octets.host32(at: 8)), hardwareType: octets.host16(at: 2), controllerIndex: nil)
        for attribute in attributes {
            switch attribute.type {
            case 1: hardwareAddress = attribute.hardwareAddress
            case 3: name = attribute.text
            case 4: maximumTransmissionUnit = Int(attribute.number ?? 0)
            case 10: controllerIndex = attribute.number.map(Int.init)
            default: break
            }
        }
    }
}

extension Interface.Address {
    /// Reads `struct ifaddrmsg` and its attributes (IFA_*); nil for a family that is not of the internet.
    init?(reading body: [UInt8]) throws(LinkError) {
        let attributes = try NetlinkAttribute.read(body, from: 8)
        let octets = body.span.octets
        // IFA_LOCAL is the interface's own address; IFA_ADDRESS is the other end's on a point-to-point link.
        let own = attributes.first { $0.type == 2 } ?? attributes.first { $0.type == 1 }
        guard let address = own?.address else { return nil }
        self.init(
            interfaceIndex: Int(octets.host32(at: 4)), address: address, prefixLength: Int(octets.uint8(at: 1)),
            scope: octets.uint8(at: 3))
    }
}

extension Interface.Route {
    /// Reads `struct rtmsg` and its attributes (RTA_*); nil for a family that is not of the internet.
    init?(reading body: [UInt8]) throws(LinkError) {
        let attributes = try NetlinkAttribute.read(body, from: 12)
        let octets = body.span.octets
        guard [2, 10].contains(octets.uint8(at: 0)) else { return nil }
        self.init(
            target: nil, prefixLength: Int(octets.uint8(at: 1)), gateway: nil, interfaceIndex: nil,
            preferredSource: nil, metric: 0, table: Int(octets.uint8(at: 4)), kind: octets.uint8(at: 7))
        for attribute in attributes {
            switch attribute.type {
            case 1: target = attribute.address
            case 4: interfaceIndex = attribute.number.map(Int.init)
            case 5: gateway = attribute.address
            case 6: metric = Int(attribute.number ?? 0)
            case 7: preferredSource = attribute.address
            case 15: table = Int(attribute.number ?? 0)
            default: break
            }
        }
    }
}

extension Interface.Neighbour {
    /// Reads `struct ndmsg` and its attributes (NDA_*); nil for a family that is not of the internet.
    init?(reading body: [UInt8]) throws(LinkError) {
        let attributes = try NetlinkAttribute.read(body, from: 12)
        let octets = body.span.octets
        guard let address = attributes.first(where: { $0.type == 1 })?.address else { return nil }
        self.init(
            interfaceIndex: Int(octets.host32(at: 4)), address: address,
            hardwareAddress: attributes.first { $0.type == 2 }?.hardwareAddress, state: octets.host16(at: 8))
    }
}
