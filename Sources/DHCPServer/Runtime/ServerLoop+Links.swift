import DHCP
import Link
import Linux
import Logging
import Reactor
import Wire

extension ServerLoop {
    /// Takes what netlink tells; whatever changed, the links are looked at anew.
    func followLinks() {
        var hasChanged = false
        while (try? monitor.next(until: .now)) != nil { hasChanged = true }
        if hasChanged { refreshLinks() }
    }

    /// Opens sockets on the interfaces that are there, closes those of interfaces that went, and notes the addresses.
    func refreshLinks() {
        guard let interfaces = try? Interfaces.all(), let addresses = try? Interfaces.addresses() else { return }
        var wanted: [String: [UInt16: Int]] = [:]
        for link in configuration.links { wanted[link.interface, default: [:]][link.vlan] = link.network }
        let present = interfaces.filter { wanted[$0.name] != nil && $0.flags.contains(.up) }
        for (index, port) in ports where !present.contains(where: { UInt32($0.index) == index && $0.name == port.name })
        {
            close(port)
        }
        for interface in present {
            let networks = wanted[interface.name] ?? [:]
            if let port = ports[UInt32(interface.index)] {
                // Another hardware address or VLAN means another filter, or other frames.
                guard port.hardwareAddress != interface.hardwareAddress ?? .zero || port.networks != networks else {
                    continue
                }
                close(port)
            }
            open(interface, networks)
        }
        for port in ports.values {
            let own = addresses.filter { $0.interfaceIndex == Int(port.index) }
            port.addresses = own.compactMap { entry in
                if case .ipv4(let address) = entry.address { (address, entry.prefixLength) } else { nil }
            }
            port.linkLocals = own.compactMap { entry in
                if case .ipv6(let address) = entry.address, address.isLinkLocal { address } else { nil }
            }
        }
        try? FrameFilter.datagrams(except: Array(ports.keys)).attach(to: datagrams)
        if datagrams6 >= 0 { try? FrameFilter.datagrams(except: Array(ports.keys)).attach(to: datagrams6) }
        refreshNeighbors()
        nameServers6()
        nameServers()
    }

    private func open(_ interface: Interface, _ networks: [UInt16: Int]) {
        guard interface.hardwareAddress != nil else {
            logger.warning("interface \(interface.name) has no hardware address of six octets, and is not served")
            return
        }
        do {
            let port = try LinkPort(
                interface, networks: networks, queue: configuration.queue,
                routers: Set(networks.values.compactMap { router(of: $0)?.address }))
            try poller.addListener(port.socket.fileDescriptor, token: UInt64(port.index))
            ports[port.index] = port
            logger.notice("serving on \(interface.name)")
        } catch {
            logger.error("cannot serve on \(interface.name)", metadata: ["error": "\(error)"])
        }
    }

    /// Lets the conduct of DHCPv6 know what the server is called, where that depends on the interfaces.
    private func nameServers6() {
        let named = Self.named(configuration, ports.values)
        guard named.serverIdentifier != conduct6.configuration.serverIdentifier else { return }
        conduct6.reconfigure(named, at: clock.now)
    }

    private func close(_ port: LinkPort) {
        poller.remove(port.socket.fileDescriptor)
        ports[port.index] = nil
        logger.notice("no longer serving on \(port.name)")
    }

    /// Lets the conduct know what the server is called on each network: nobody else gets that address.
    private func nameServers() {
        var named = configuration.v4
        for index in named.networks.indices where named.networks[index].serverIdentifier == nil {
            let port = ports.values.filter { $0.networks.values.contains(index) }.min { $0.index < $1.index }
            named.networks[index].serverIdentifier = port?.address(in: named.networks[index].subnets)
        }
        let before = conduct.configuration.networks.map(\.serverIdentifier)
        guard before != named.networks.map(\.serverIdentifier) else { return }
        conduct.reconfigure(named, at: clock.now)
    }

    /// Serves another configuration from now on.
    func reload(_ file: ServerConfiguration) {
        written = file
        let new = Self.merged(file, reserved)
        configuration = new
        conduct.reconfigure(new.v4, at: clock.now)
        conduct6.reconfigure(Self.named(new, ports.values), at: clock.now)
        openDatagrams6()
        refreshLinks()
        logger.notice("the configuration was read anew")
    }
}
