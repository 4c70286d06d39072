/// Which modules the files of a folder may import, beside the standard library.
///
/// This is the authority on the architecture: a module exists because its row differs from the others'. Changing a row
/// is a decision, with its reason in the commit.
struct ImportRule: Sendable {
    /// A folder under `Sources`: a module, or a part of one that may import more than the rest.
    let folder: String
    let allowed: Set<String>

    init(_ folder: String, _ allowed: Set<String>...) {
        (self.folder, self.allowed) = (folder, allowed.reduce([]) { $0.union($1) })
    }
}

/// What every module may import: it comes with the language.
let standardLibrary: Set<String> = ["Swift", "Synchronization"]

/// The C library, and the error numbers that our system calls throw.
private let system: Set<String> = ["Glibc", "SystemPackage"]

/// What the event loops stand on: descriptors, system calls and memory, and no framework.
private let loop: Set<String> = ["CLinux", "Linux", "Reactor"]

/// Control planes may await, and serve people.
private let controlPlane: Set<String> = ["Logging", "ServiceLifecycle"]

/// gRPC, as its generated code sees it.
private let generated: Set<String> = ["Foundation", "GRPCCore", "GRPCProtobuf", "SwiftProtobuf"]

/// The most specific folder's rule holds.
let importTable: [ImportRule] = [
    ImportRule("CLinux"),
    ImportRule("COpenSSL"),
    // Packet formats are values: no I/O, and nothing to import.
    ImportRule("Wire"),
    ImportRule("DHCP", ["Wire"]),
    ImportRule("OpenFlow", ["Wire"]),
    ImportRule("Linux", system, ["CLinux"]),
    ImportRule("Reactor", system, ["BasicContainers", "CLinux", "Linux"]),
    // Darwin is FreeBSD's and macOS's half of one type.
    ImportRule("Link", system, ["CLinux", "Darwin", "Linux", "Wire"]),
    // CYaml is the parser inside of Yams: it alone tells where events lie, and has bounds.
    ImportRule("Settings", ["CYaml", "SystemPackage", "Yams"]),
    ImportRule("Telemetry", system, ["Linux", "Logging", "Metrics", "Tracing"]),
    // SQLite holds the leases: GRDB opens and migrates, its own functions bind values at a tenth of the cost.
    ImportRule(
        "DHCPServer", system, loop, controlPlane,
        ["DHCP", "GRDB", "GRDBSQLite", "Link", "Settings", "Telemetry", "Wire"]),
    ImportRule("LoadBalancer", system, loop, controlPlane, ["COpenSSL", "Settings", "Telemetry"]),
    // The only place in the load balancer that may use an event loop that is not ours.
    ImportRule(
        "LoadBalancer/Admin", system, loop, controlPlane,
        ["FoundationEssentials", "HTTPTypes", "Hummingbird", "NIOCore", "Settings", "Telemetry"]),
    // Written by protoc's plugins: what they import is theirs to choose.
    ImportRule("ServiceAPI", generated, ["FoundationEssentials"]),
    // The hypervisor's daemons are control planes: gRPC to their callers, NIO to the switch, to its database and to etcd.
    ImportRule(
        "Hypervisor", system, loop, controlPlane, generated,
        [
            "DHCP", "DHCPServer", "FoundationEssentials", "GRDB", "GRPCNIOTransportHTTP2Posix", "Link", "NIOCore",
            "NIOPosix", "NIOSSL", "NIOTLS", "OpenFlow", "ServiceAPI", "Settings", "Telemetry", "Wire",
        ]),
    // The DHCP server's thread waits here for what etcd answers.
    ImportRule(
        "Hypervisor/Etcd", system, generated,
        [
            "DHCP", "Dispatch", "FoundationEssentials", "GRPCNIOTransportHTTP2Posix", "Linux", "NIOCore", "ServiceAPI",
            "Wire",
        ]),
    // The only place among the hypervisor's daemons that serves HTTP.
    ImportRule(
        "Hypervisor/Region/Rest", system, loop, controlPlane, generated,
        ["HTTPTypes", "Hummingbird", "NIOCore", "OpenFlow", "ServiceAPI"]),
    // It starts processes from a thread of its own and reads files; no networking framework.
    ImportRule("Lab", system, loop, ["Dispatch", "FoundationEssentials"]),
    // Packets in and out on a loop of its own, and TLS to ask a service what it is; no framework, and nothing of the others.
    ImportRule("PortScanner", system, loop, ["COpenSSL", "Link", "Wire"]),
    ImportRule("Simulation", ["Linux", "LoadBalancer", "Reactor"]),
    ImportRule(
        "apus", system, loop, controlPlane,
        [
            "ArgumentParser", "DHCP", "DHCPServer", "FoundationEssentials", "GRPCCore", "GRPCNIOTransportHTTP2Posix",
            "Hypervisor", "Lab", "Link", "LoadBalancer", "OpenFlow", "PortScanner", "ServiceAPI", "Settings",
            "SwiftProtobuf", "Telemetry", "UnixSignals", "Wire",
        ]),
]

/// The rule for the file at `path`, which is relative to `Sources`; nil if no row speaks of it.
func importRule(for path: String, in table: [ImportRule] = importTable) -> ImportRule? {
    table.filter { path.hasPrefix($0.folder + "/") }.max { $0.folder.utf8.count < $1.folder.utf8.count }
}
