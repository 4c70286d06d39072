package import Link
import Linux
import Wire

/// The kernel's routes, as they were when they were asked for: which path leads to an address.
package struct RouteTable: Sendable {
    private struct Entry {
        var prefix: ClosedRange<UInt128>
        var length: Int
        var isLocal: Bool
        var route: Interface.Route
    }

    private let interfaces: [Int: Interface]
    private let addresses: [Interface.Address]
    /// By family, the best first: our own addresses, then the longest prefix, then the least metric.
    private let (ipv4, ipv6): ([Entry], [Entry])
    /// Asks the kernel for the address that it would send from.
    private let source: @Sendable (UInt128, _ isIPv6: Bool, _ interface: Int) -> UInt128?

    /// Asks the kernel.
    package init() throws(LinkError) {
        self.init(
            interfaces: try Interfaces.all(), addresses: try Interfaces.addresses(), routes: try Interfaces.routes()
        ) { Self.chosenSource($0, isIPv6: $1, interface: $2) }
    }

    /// Takes what is known; `source` tells the address that packets to another are sent from.
    package init(
        interfaces: [Interface], addresses: [Interface.Address], routes: [Interface.Route],
        source: @escaping @Sendable (UInt128, Bool, Int) -> UInt128?
    ) {
        self.interfaces = Dictionary(interfaces.map { ($0.index, $0) }) { first, _ in first }
        self.addresses = addresses
        self.source = source
        let entries = routes.compactMap { route -> (isIPv6: Bool, entry: Entry)? in
            // RT_TABLE_MAIN and RT_TABLE_LOCAL; RTN_UNICAST, RTN_LOCAL and RTN_BROADCAST. Of a route without any address the family is
            // told by nothing but its source, and none needs such a one.
            guard route.table == 254 || route.table == 255, (1...3).contains(route.kind),
                route.interfaceIndex != nil
            else { return nil }
            let address = route.target ?? route.gateway ?? route.preferredSource
            guard let (bits, isIPv6) = address.map(Self.bits) else { return nil }
            let width = isIPv6 ? 128 : 32
            let first = route.target == nil ? 0 : bits
            let host: UInt128 =
                route.prefixLength == 0 && isIPv6 ? .max : (1 << UInt128(width - route.prefixLength)) - 1
            return (
                isIPv6,
                Entry(
                    prefix: first...(first | host), length: route.prefixLength, isLocal: route.table == 255,
                    route: route)
            )
        }
        func best(_ isIPv6: Bool) -> [Entry] {
            entries.filter { $0.isIPv6 == isIPv6 }.map(\.entry).sorted {
                ($0.isLocal ? 0 : 1, -$0.length, $0.route.metric) < ($1.isLocal ? 0 : 1, -$1.length, $1.route.metric)
            }
        }
        (ipv4, ipv6) = (best(false), best(true))
    }

    /// Splits a range where routes change; nil for addresses that nothing leads to.
    ///
    /// `scope` is the interface that link-local IPv6 addresses are on; 0 if it was not named.
    package func paths(
        to range: ClosedRange<UInt128>, isIPv6: Bool, scope: Int = 0, interface: String? = nil
    ) -> [(range: ClosedRange<UInt128>, path: Path?)] {
        let entries = isIPv6 ? ipv6 : ipv4
        var borders: Set<UInt128> = [range.lowerBound]
        for entry in entries {
            if range.contains(entry.prefix.lowerBound) { borders.insert(entry.prefix.lowerBound) }
            if entry.prefix.upperBound < range.upperBound, entry.prefix.upperBound >= range.lowerBound {
                borders.insert(entry.prefix.upperBound + 1)
            }
        }
        let starts = borders.sorted()
        var result: [(range: ClosedRange<UInt128>, path: Path?)] = []
        for (place, start) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] - 1 : range.upperBound
            let path = path(to: start, entries, isIPv6: isIPv6, scope: scope, interface: interface)
            if let last = result.last, last.path == path {
                result[result.count - 1].range = last.range.lowerBound...end
            } else {
                result.append((start...end, path))
            }
        }
        return result
    }

    private func path(
        to address: UInt128, _ entries: [Entry], isIPv6: Bool, scope: Int, interface: String?
    ) -> Path? {
        let isScoped = isIPv6 && IPv6Address(rawValue: address).isLinkLocal
        let entry = entries.first { entry in
            guard entry.prefix.contains(address), let index = entry.route.interfaceIndex else { return false }
            if isScoped, scope != 0, !entry.isLocal { return index == scope }
            if let interface, !entry.isLocal { return interfaces[index]?.name == interface }
            return true
        }
        guard let entry else { return nil }
        if entry.isLocal {
            // Packets to ourselves go round the loopback interface, and come from the very address.
            guard entry.route.kind == 2, let loopback = interfaces.values.first(where: { $0.flags.contains(.loopback) })
            else { return nil }
            return Path(
                interface: loopback.name, interfaceIndex: loopback.index, framing: .ethernet, hardwareAddress: .zero,
                source: entry.route.preferredSource.map { Self.bits($0).bits } ?? address, isIPv6: isIPv6, gateway: nil,
                isLoopback: true)
        }
        guard let index = entry.route.interfaceIndex, let found = interfaces[index], found.flags.contains(.up) else {
            return nil
        }
        let preferred = entry.route.preferredSource.map { Self.bits($0).bits }
        let scope = isScoped ? index : 0
        guard let source = preferred ?? source(address, isIPv6, scope) ?? anySource(on: index, isIPv6: isIPv6) else {
            return nil
        }
        // ARPHRD_ETHER and ARPHRD_LOOPBACK have a header of Ethernet's; ARPHRD_NONE and the tunnels have none.
        let isEthernet = found.hardwareType == 1 || found.hardwareType == 772
        return Path(
            interface: found.name, interfaceIndex: index, framing: isEthernet ? .ethernet : .none,
            hardwareAddress: found.hardwareAddress ?? .zero, source: source, isIPv6: isIPv6,
            gateway: entry.route.gateway.map { Self.bits($0).bits })
    }

    private func anySource(on index: Int, isIPv6: Bool) -> UInt128? {
        addresses.first { $0.interfaceIndex == index && Self.bits($0.address).isIPv6 == isIPv6 }
            .map { Self.bits($0.address).bits }
    }

    /// An address as an integer, and its family.
    package static func bits(_ address: InternetAddress) -> (bits: UInt128, isIPv6: Bool) {
        switch address {
        case .ipv4(let address): (UInt128(address.rawValue), false)
        case .ipv6(let address): (address.rawValue, true)
        }
    }

    /// What a datagram socket is bound to once it is connected: the kernel's own choice, by all of its rules.
    private static func chosenSource(_ address: UInt128, isIPv6: Bool, interface: Int) -> UInt128? {
        guard let descriptor = try? Socket.internet(isIPv6: isIPv6, protocol: 17, isRaw: false) else { return nil }
        defer { Socket.close(descriptor) }
        let target =
            isIPv6
            ? SocketAddress(ipv6: address, scope: UInt32(interface), port: 9)
            : SocketAddress(ipv4: UInt32(truncatingIfNeeded: address), port: 9)
        guard Socket.connect(descriptor, to: target).failure == nil, let own = Socket.localAddress(descriptor) else {
            return nil
        }
        return own.bits == 0 ? nil : own.bits
    }
}
