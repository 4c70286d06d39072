import Hypervisor
import Lab
import ServiceAPI

/// The picture's other half: two droplets, br0, a bond of two links, a fabric that routes, and the internet behind it.
///
/// A bond of Open vSwitch has no OpenFlow number: only `NORMAL` sends to it as a bond. So it is in a bridge of its own,
/// `br-up`, which does nothing but that, and br0 has a patch port to it, `uplink0`. The fabric is a Linux bridge that knows nothing
/// of bonds, with the gateway's address and hardware address.
final class UplinkLab: Sendable {
    let lab: AddressLab
    let fabric: Namespace
    let internet: Namespace
    private let flows: Lab.Process
    private let addresses: Lab.Process

    static let members = ["eth1", "eth2"]
    static let targets = ["198.51.100.2", "2001:db8:ffff::2"]

    init(mode: String) async throws {
        lab = try await AddressLab(droplets: 2)
        fabric = try await Namespace("fabric")
        internet = try await Namespace("internet")
        let started = try lab.startFlows()
        flows = started.process
        addresses = try await lab.start(flows: started.address, uplink: "uplink0")
        try await makeFabric()
        try await makeBond(mode)
        for number in 1...2 {
            try await lab.set(number) {
                $0.ipv4.gateway = "192.0.2.1"
                $0.ipv6.routerAdvertisement.onLink = true
            }
        }
        for number in 1...2 { try await settle(number) }
        // The bond's members are taken after a delay, and a first packet may be gone before its target was found.
        try await Wait.until("a way out; \(lab.log)", within: .seconds(15), every: .milliseconds(100)) {
            for target in Self.targets {
                for droplet in lab.droplets where await !reaches(target, from: droplet) { return false }
            }
            return true
        }
    }

    deinit { for process in [flows, addresses] { process.kill() } }

    private func makeFabric() async throws {
        for member in 1...2 {
            try await Namespace.connect(lab.ovs.namespace, Self.members[member - 1], to: fabric, "port\(member)")
            try await lab.ovs.namespace.run(
                "sysctl", ["-qw", "net.ipv6.conf.\(Self.members[member - 1]).disable_ipv6=1"])
        }
        try await fabric.run(
            "ip", ["link", "add", "fabric0", "type", "bridge", "stp_state", "0", "forward_delay", "0"])
        try await fabric.run("ip", ["link", "set", "fabric0", "address", "\(AddressLab.plan.gateway)"])
        for member in 1...2 { try await fabric.run("ip", ["link", "set", "port\(member)", "master", "fabric0"]) }
        try await fabric.raise("fabric0", address: "192.0.2.1/24")
        try await fabric.raise("fabric0", address: "2001:db8::1/64")
        for setting in ["ipv4.ip_forward", "ipv6.conf.all.forwarding"] {
            try await fabric.run("sysctl", ["-qw", "net.\(setting)=1"])
        }
        try await Namespace.connect(fabric, "wan0", "198.51.100.1/24", to: internet, "eth0", "198.51.100.2/24")
        try await fabric.raise("wan0", address: "2001:db8:ffff::1/64")
        try await internet.raise("eth0", address: "2001:db8:ffff::2/64")
        try await internet.run("ip", ["route", "add", "default", "via", "198.51.100.1"])
        try await internet.run("ip", ["-6", "route", "add", "default", "via", "2001:db8:ffff::1"])
    }

    private func makeBond(_ mode: String) async throws {
        try await lab.ovs.configure(
            ["add-br", "br-up", "--", "set", "bridge", "br-up", "datapath_type=netdev", "fail_mode=standalone"]
                + ["--", "add-bond", "br-up", "bond0"] + Self.members + ["bond_mode=\(mode)", "bond_updelay=100"]
                + ["--", "add-port", "br-up", "droplets0"]
                + ["--", "set", "interface", "droplets0", "type=patch", "options:peer=uplink0"]
                + ["--", "add-port", "br0", "uplink0"]
                + ["--", "set", "interface", "uplink0", "type=patch", "options:peer=droplets0"])
    }

    /// Gives a droplet what its clients would, and waits until it has a way out.
    private func settle(_ number: Int) async throws {
        let droplet = lab.droplets[number - 1]
        try await droplet.run("ip", ["address", "replace", "192.0.2.1\(number)/24", "dev", "eth0"])
        try await droplet.run("ip", ["address", "replace", "2001:db8::1\(number)/64", "dev", "eth0", "nodad"])
        try await droplet.run("ip", ["route", "replace", "default", "via", "192.0.2.1"])
        // The default route of IPv6 comes by hvaddrd's own advertisement.
        try await Wait.until("a route; \(lab.log)", within: .seconds(15), every: .milliseconds(100)) {
            let routes = try await droplet.run("ip", ["-6", "route", "show", "default"])
            guard !routes.contains("via fe80::1") else { return true }
            _ = try? await droplet.run("rdisc6", ["-1", "-r", "1", "-w", "500", "eth0"])
            return false
        }
    }

    /// Whether a ping from somewhere is answered.
    func reaches(_ target: String, from namespace: Namespace) async -> Bool {
        (try? await namespace.run("ping", ["-n", "-c", "1", "-W", "1", target])) != nil
    }

    /// The members that carry something, as the bond says it.
    func bond() async throws -> String { try await lab.ovs.ask(["bond/show", "bond0"]) }
}
