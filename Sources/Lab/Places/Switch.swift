/// An Ethernet switch: a bridge in a namespace of its own, with a port for each namespace that is plugged in.
package final class Switch: Sendable {
    private let namespace: Namespace
    private let bridge = "bridge"

    /// Makes a switch without ports.
    package init(_ label: String = "switch") async throws {
        namespace = try await Namespace(label)
        try await namespace.run("ip", ["link", "add", bridge, "type", "bridge"])
        try await namespace.raise(bridge)
    }

    /// Plugs a namespace in; its interface comes up with the address, if any.
    package func plug(_ other: Namespace, interface: String = "eth0", address: String? = nil) async throws {
        // Interface names are unique in a namespace, and a namespace's name is longer than they may be.
        let ports = try await namespace.run("ip", ["-o", "link", "show", "master", bridge])
        let port = "port\(ports.split(separator: "\n").count + 1)"
        try await Namespace.connect(namespace, port, to: other, interface, address)
        try await namespace.run("ip", ["link", "set", port, "master", bridge])
    }

    /// Keeps a port, counted from 1 in the order of plugging, from all other isolated ones, or no longer.
    package func isolate(_ port: Int, _ isIsolated: Bool = true) async throws {
        try await namespace.run(
            "ip", ["link", "set", "port\(port)", "type", "bridge_slave", "isolated", isIsolated ? "on" : "off"])
    }
}
