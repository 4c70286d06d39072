import Linux

/// Open vSwitch with one bridge, wholly in user space, in folders and a namespace of its own.
///
/// Nothing of it is left when the last reference goes or we end: the daemons are processes of the laboratory, and the
/// bridge's interfaces go with the namespace. The bridge speaks OpenFlow at `management`, without a controller, and lets
/// nothing pass until flows say so (`fail_mode=secure`).
package final class OpenVSwitch: Sendable {
    /// Where the daemons run, and where ports must be.
    package let namespace: Namespace
    /// The bridge's name.
    package let bridge: String

    private let folder: TemporaryFolder
    private let database: Process
    private let daemon: Guarded<Process?>

    /// The database's unix socket, which speaks OVSDB.
    package var databaseSocket: String { folder.file("db.sock") }
    /// The bridge's unix socket, which speaks OpenFlow.
    package var management: String { folder.file("\(bridge).mgmt") }

    private static let programs = [
        "ovs-vswitchd", "ovsdb-server", "ovsdb-tool", "ovs-vsctl", "ovs-ofctl", "ovs-appctl",
    ]
    private static let schema = "/usr/share/openvswitch/vswitch.ovsschema"

    /// Whether all of it is installed, and namespaces may be made here.
    package static func isPossible() async -> Bool {
        guard programs.allSatisfy({ Program.find($0) != nil }), Files.exists(schema) else { return false }
        return await Namespace.isPermitted()
    }

    /// Starts the daemons, and makes the bridge.
    package init(bridge: String = "br0") async throws {
        self.bridge = bridge
        namespace = try await Namespace("ovs")
        folder = try TemporaryFolder("ovs")
        try await Command.output("ovsdb-tool", ["create", folder.file("conf.db"), Self.schema])
        database = try Process(
            "ovsdb-server",
            [
                folder.file("conf.db"), "--remote=punix:\(folder.file("db.sock"))",
                "--unixctl=\(folder.file("ovsdb-server.ctl"))",
                // What `ovs-vsctl set-ssl` names, if a test does.
                "--private-key=db:Open_vSwitch,SSL,private_key", "--certificate=db:Open_vSwitch,SSL,certificate",
                "--ca-cert=db:Open_vSwitch,SSL,ca_cert",
            ], options: Self.options(folder, namespace, log: "ovsdb-server.log"))
        daemon = Guarded(nil)
        try await Wait.until("ovsdb-server's socket") { Files.exists(databaseSocket) }
        try await configure(["--no-wait", "init"])
        try await launch()
        try await configure([
            "add-br", bridge, "--", "set", "bridge", bridge, "datapath_type=netdev", "fail_mode=secure",
            "other_config:hwaddr=02:00:00:00:00:01", "protocols=OpenFlow10,OpenFlow13,OpenFlow14,OpenFlow15",
        ])
        try await waitForManagement()
    }

    private static func options(_ folder: TemporaryFolder, _ namespace: Namespace, log: String) -> Process.Options {
        var options = Process.Options()
        options.namespace = namespace.name
        for name in ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR"] {
            options.environment[name] = folder.path
        }
        options.errors = .file(folder.file(log))
        return options
    }

    /// Starts the switch's daemon again, and waits until it speaks OpenFlow.
    package func start() async throws {
        try await launch()
        try await waitForManagement()
    }

    private func waitForManagement() async throws {
        try await Wait.until("the bridge's socket") { Files.exists(management) }
    }

    private func launch() async throws {
        let process = try Process(
            "ovs-vswitchd", ["unix:\(databaseSocket)", "--unixctl=\(folder.file("ovs-vswitchd.ctl"))"],
            options: Self.options(folder, namespace, log: "ovs-vswitchd.log"))
        daemon.withLock { $0 = process }
        try await Wait.until("ovs-vswitchd: \(Files.tail(folder.file("ovs-vswitchd.log")))") {
            Files.exists(folder.file("ovs-vswitchd.ctl"))
        }
        try await configure(["--timeout=30", "set", "open_vswitch", ".", "external_ids:started=yes"])
    }

    /// Kills the switch's daemon, which loses all flows, groups and meters.
    package func kill() async {
        let process = daemon.withLock { process in
            defer { process = nil }
            return process
        }
        process?.kill()
        await process?.exit()
        Files.remove(folder.file("ovs-vswitchd.ctl"))
        Files.remove(management)
    }

    /// Runs ovs-vsctl; without `--no-wait`, until the switch has done it.
    @discardableResult
    package func configure(_ arguments: [String]) async throws -> String {
        try await namespace.run("ovs-vsctl", ["--db=unix:\(databaseSocket)"] + arguments)
    }

    /// Runs ovs-ofctl for OpenFlow 1.4: its command, then what stands behind the bridge.
    @discardableResult
    package func control(_ command: [String], _ arguments: [String] = []) async throws -> String {
        try await Command.output("ovs-ofctl", ["-O", "OpenFlow14"] + command + ["unix:\(management)"] + arguments)
    }

    /// Runs ovs-appctl: `ofproto/trace` and the like.
    @discardableResult
    package func ask(_ arguments: [String]) async throws -> String {
        try await Command.output("ovs-appctl", ["-t", folder.file("ovs-vswitchd.ctl")] + arguments)
    }

    /// Has the database listen at one more place, such as `pssl:6640:127.0.0.1`.
    package func listen(at remote: String) async throws {
        try await Command.output(
            "ovs-appctl", ["-t", folder.file("ovsdb-server.ctl"), "ovsdb-server/add-remote", remote])
    }

    /// Connects a namespace by a pair of interfaces, ours the bridge's port of a number.
    package func plug(
        _ other: Namespace, interface: String = "eth0", address: String? = nil, port: String, number: Int,
        identifiers: [String: String] = [:]
    ) async throws {
        try await Namespace.connect(namespace, port, to: other, interface, address)
        // The switch forwards packets in user space as they are: without the sum that hardware would have made.
        try await other.run("ethtool", ["-K", interface, "tx", "off"])
        try await add(port, number: number, identifiers: identifiers)
    }

    /// Makes an interface the bridge's port.
    package func add(_ port: String, number: Int, identifiers: [String: String] = [:]) async throws {
        let settings = identifiers.sorted { $0.key < $1.key }.map { "external_ids:\($0.key)=\($0.value)" }
        try await configure(
            ["add-port", bridge, port, "--", "set", "interface", port, "ofport_request=\(number)"] + settings)
    }
}
