import Lab
import Link
import Linux
import Testing
import Wire
import Glibc

@Suite("Interfaces", .timeLimit(.minutes(1)))
struct InterfacesTests {
    @Test func `loopback is what it always is`() throws {
        let loopback = try Interfaces.named("lo")
        #expect(loopback.index == Int(if_nametoindex("lo")))
        #expect(loopback.flags.contains([.up, .loopback]))
        #expect(loopback.hardwareAddress == .zero)
        #expect(loopback.maximumTransmissionUnit >= 1500)
        #expect(
            try Interfaces.addresses().contains {
                $0.interfaceIndex == loopback.index && $0.address == .ipv4(.loopback) && $0.prefixLength == 8
            })
        #expect(throws: LinkError.noInterface("none0")) { _ = try Interfaces.named("none0") }
    }

    @Test(.enabled(if: Rights.packets, "namespaces need an administrator's rights"))
    func `what ip sets up is what is told`() async throws {
        let wired = try await Wired()
        for (program, arguments) in [
            ("ip", ["address", "add", "10.3.0.1/24", "dev", "eth0"]),
            ("ip", ["link", "set", "eth0", "address", "02:00:00:00:00:77", "mtu", "1400"]),
            ("ip", ["route", "add", "default", "via", "10.3.0.254", "metric", "7"]),
            ("ip", ["neigh", "add", "10.3.0.9", "lladdr", "02:00:00:00:00:09", "dev", "eth0"]),
        ] { try await wired.first.run(program, arguments) }
        try inside(wired.first) {
            let eth0 = try Interfaces.named("eth0")
            #expect(eth0.hardwareAddress == MACAddress(2, 0, 0, 0, 0, 0x77))
            #expect(eth0.maximumTransmissionUnit == 1400)
            #expect(eth0.flags.contains([.up, .running, .carrier, .broadcast]))
            #expect(eth0.hardwareType == 1)
            let addresses = try Interfaces.addresses().filter { $0.interfaceIndex == eth0.index }
            #expect(addresses.contains { $0.address == .ipv4(IPv4Address(10, 3, 0, 1)) && $0.prefixLength == 24 })
            let routes = try Interfaces.routes().filter { $0.target == nil && $0.table == 254 }
            #expect(routes.map(\.gateway) == [.ipv4(IPv4Address(10, 3, 0, 254))])
            #expect(routes.map(\.metric) == [7])
            #expect(routes.map(\.interfaceIndex) == [eth0.index])
            let neighbour = try Interfaces.neighbours().first { $0.address == .ipv4(IPv4Address(10, 3, 0, 9)) }
            #expect(neighbour?.hardwareAddress == MACAddress(2, 0, 0, 0, 0, 9))
            #expect(neighbour?.state == 0x80)
        }
    }

    @Test(.enabled(if: Rights.packets, "namespaces need an administrator's rights"))
    func `changes come as they happen, until the monitor is closed`() async throws {
        let wired = try await Wired()
        let seen = try inside(wired.first) {
            var monitor = try InterfaceMonitor([.interfaces, .addresses])
            let closer = monitor.closer
            let script = Thread(name: "changes") {
                for command in [
                    "link set eth0 down", "link set eth0 mtu 1300", "address add 10.4.0.1/32 dev lo",
                    "link delete eth0",
                ] {
                    system("ip -n \(wired.first.name) \(command)")
                }
                usleep(100_000)
                closer.close()
            }
            defer { script.join() }
            var seen: [InterfaceChange] = []
            do {
                while true { seen.append(try monitor.next(until: .after(.seconds(5)))) }
            } catch LinkError.closed {}
            return seen
        }
        #expect(
            seen.contains {
                if case .interface(let found) = $0 { !found.flags.contains(.up) && found.name == "eth0" } else { false }
            })
        #expect(
            seen.contains {
                if case .interface(let found) = $0 { found.maximumTransmissionUnit == 1300 } else { false }
            })
        #expect(
            seen.contains {
                if case .address(let found) = $0 { found.address == .ipv4(IPv4Address(10, 4, 0, 1)) } else { false }
            })
        #expect(seen.contains { if case .interfaceRemoved(let found) = $0 { found.name == "eth0" } else { false } })
    }

    @Test func `messages cut short and attributes that lie are refused`() throws {
        let attribute = NetlinkAttribute(type: 3, value: Array("eth0\0".utf8))
        let body = [UInt8](repeating: 0, count: 16) + attribute.octets
        let message = NetlinkMessage(type: 16, flags: 0, sequence: 1, body: body)
        let octets = message.octets
        #expect(try NetlinkMessage.read(octets.span.octets) == [message])
        guard case .interface(let found) = try InterfaceChange(reading: message) else {
            Issue.record("not an interface")
            return
        }
        #expect(found.name == "eth0")
        for count in 1..<octets.count {
            let cut = Array(octets[..<count])
            #expect(throws: LinkError.self) { try NetlinkMessage.read(cut.span.octets) }
        }
        for count in 0..<body.count where count != 16 && count != 25 && count < 25 {
            let cut = NetlinkMessage(type: 16, flags: 0, sequence: 1, body: Array(body[..<count]))
            #expect(throws: LinkError.self) { try InterfaceChange(reading: cut) }
        }
    }

    @Test(.enabled(if: Rights.packets, "namespaces need an administrator's rights"))
    func `IPv6 is told as IPv4 is`() async throws {
        let namespace = try await Namespace("link-six")
        for arguments in [
            ["link", "add", "one", "type", "veth", "peer", "name", "two"], ["link", "set", "one", "up"],
            ["link", "set", "two", "up"], ["address", "add", "fd09::1/64", "dev", "one", "nodad"],
            ["-6", "route", "add", "fd10::/48", "via", "fd09::9", "metric", "5", "src", "fd09::1"],
            ["-6", "route", "add", "default", "dev", "two", "table", "500"],
            ["neigh", "add", "fd09::9", "lladdr", "02:00:00:00:00:09", "dev", "one", "nud", "stale"],
        ] { try await namespace.run("ip", arguments) }
        try inside(namespace) {
            let one = try Interfaces.named("one")
            #expect(one.index != (try Interfaces.named("two")).index)
            let own = IPv6Address("fd09::1").map { InternetAddress.ipv6($0) }
            let gateway = IPv6Address("fd09::9").map { InternetAddress.ipv6($0) }
            let address = try Interfaces.addresses().first { $0.address == own }
            #expect(address?.prefixLength == 64 && address?.interfaceIndex == one.index && address?.scope == 0)
            let routes = try Interfaces.routes()
            let route = routes.first { $0.prefixLength == 48 }
            #expect(route?.target == IPv6Address("fd10::").map { .ipv6($0) } && route?.gateway == gateway)
            #expect(route?.metric == 5 && route?.preferredSource == own && route?.interfaceIndex == one.index)
            #expect(routes.contains { $0.table == 500 && $0.target == nil && $0.prefixLength == 0 })
            let neighbour = try Interfaces.neighbours().first { $0.address == gateway }
            #expect(neighbour?.state == 4 && neighbour?.hardwareAddress == MACAddress(2, 0, 0, 0, 0, 9))
        }
    }

    @Test(.enabled(if: Rights.packets, "namespaces need an administrator's rights"))
    func `routes and neighbours are told as they come and go`() async throws {
        let wired = try await Wired()
        try await wired.first.run("ip", ["address", "add", "10.5.0.1/24", "dev", "eth0"])
        let seen = try inside(wired.first) {
            var monitor = try InterfaceMonitor([.routes, .neighbours])
            for command in [
                "route add 10.6.0.0/16 via 10.5.0.2", "route del 10.6.0.0/16",
                "neigh add 10.5.0.3 lladdr 02:00:00:00:00:03 dev eth0", "neigh del 10.5.0.3 dev eth0",
            ] {
                system("ip -n \(wired.first.name) \(command)")
            }
            var seen: [InterfaceChange] = []
            do {
                while true { seen.append(try monitor.next(until: .after(.milliseconds(300)))) }
            } catch LinkError.timedOut {}
            return seen
        }
        let prefix = InternetAddress.ipv4(IPv4Address(10, 6, 0, 0))
        #expect(seen.contains { if case .route(let route) = $0 { route.target == prefix } else { false } })
        #expect(seen.contains { if case .routeRemoved(let route) = $0 { route.target == prefix } else { false } })
        let address = InternetAddress.ipv4(IPv4Address(10, 5, 0, 3))
        #expect(seen.contains { if case .neighbour(let found) = $0 { found.address == address } else { false } })
        #expect(seen.contains { if case .neighbourRemoved(let found) = $0 { found.address == address } else { false } })
    }

    @Test(.enabled(if: Rights.packets, "namespaces need an administrator's rights"))
    func `who takes changes too slowly is told that some were lost, and goes on`() async throws {
        let namespace = try await Namespace("link-lost")
        let outcome = try inside(namespace) {
            var monitor = try InterfaceMonitor([.addresses])
            system(
                "seq 0 3999 | awk '{ printf \"address add 10.8.%d.%d/32 dev lo\\n\", $1 / 250, $1 % 250 }'"
                    + " | ip -n \(namespace.name) -batch -")
            var (told, lost) = (0, 0)
            do {
                while true {
                    switch try monitor.next(until: .after(.milliseconds(300))) {
                    case .address: told += 1
                    case .lost: lost += 1
                    default: break
                    }
                }
            } catch LinkError.timedOut {}
            system("ip -n \(namespace.name) address add 10.9.0.1/32 dev lo")
            return (told, lost, try monitor.next(until: .after(.seconds(2))))
        }
        #expect(outcome.0 > 10 && outcome.0 < 4000, "\(outcome.0) told")
        #expect(outcome.1 >= 1)
        let last = if case .address(let found) = outcome.2 { found.address } else { InternetAddress.ipv4(.any) }
        #expect(last == .ipv4(IPv4Address(10, 9, 0, 1)))
    }
}
