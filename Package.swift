// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// What every target of ours is held to; generated code and tests are held to less.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// For the modules that lend spans of memory which they own.
let lending = strict + [.enableExperimentalFeature("Lifetimes")]

/// Tests are not in strict memory safety: `#expect` bodies would be checked too.
let tests: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "BasicContainers", package: "swift-collections")
let grpc: [Target.Dependency] = [
    .product(name: "GRPCCore", package: "grpc-swift-2"),
    .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
    .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
    .product(name: "SwiftProtobuf", package: "swift-protobuf"),
]
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "apus",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .library(name: "Link", targets: ["Link"]),
        .library(name: "DHCP", targets: ["DHCP"]),
        .library(name: "LoadBalancer", targets: ["LoadBalancer"]),
        .library(name: "OpenFlow", targets: ["OpenFlow"]),
        .library(name: "PortScanner", targets: ["PortScanner"]),
        .library(name: "Wire", targets: ["Wire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .plugin(name: "Version", capability: .buildTool()),
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "DHCP", dependencies: ["Wire"], swiftSettings: lending),
        .target(
            name: "DHCPServer",
            dependencies: [
                "DHCP", "Link", "Linux", "Reactor", "Settings", "Telemetry", "Wire", grdb, grdbSQLite, lifecycle,
                logging, system,
            ],
            swiftSettings: lending),
        .target(name: "OpenFlow", dependencies: ["Wire"], swiftSettings: lending),
        // Written by protoc's plugins, and held to their settings.
        .target(name: "ServiceAPI", dependencies: grpc, exclude: ["Protos", "Generated/protos.sha256"]),
        .target(
            name: "Hypervisor",
            dependencies: [
                "DHCP", "DHCPServer", "Link", "Linux", "OpenFlow", "Reactor", "ServiceAPI", "Settings", "Telemetry",
                "Wire", grdb, httpTypes, hummingbird, lifecycle, logging, nio, nioPosix, nioSSL, nioTLS, system,
            ] + grpc,
            swiftSettings: lending),
        .target(name: "Wire", swiftSettings: lending),
        .target(name: "Linux", dependencies: ["CLinux", system], swiftSettings: lending),
        .target(name: "Reactor", dependencies: ["CLinux", "Linux"], swiftSettings: lending),
        .target(name: "Link", dependencies: ["CLinux", "Linux", "Wire", system], swiftSettings: lending),
        .target(
            name: "PortScanner", dependencies: ["CLinux", "COpenSSL", "Link", "Linux", "Reactor", "Wire", system],
            swiftSettings: lending),
        .target(name: "Settings", dependencies: [system, yams], swiftSettings: strict),
        .target(name: "Telemetry", dependencies: ["Linux", logging, system, tracing], swiftSettings: lending),
        .target(
            name: "LoadBalancer",
            dependencies: [
                "COpenSSL", "Linux", "Reactor", "Settings", "Telemetry", httpTypes, hummingbird, lifecycle, logging,
                nio, system,
            ],
            swiftSettings: lending),
        .target(name: "Lab", dependencies: ["Linux", "Reactor", system], swiftSettings: lending),
        .target(name: "Simulation", dependencies: ["Linux", "LoadBalancer", "Reactor"], swiftSettings: lending),
        .executableTarget(
            name: "apus",
            dependencies: [
                "DHCP", "DHCPServer", "Hypervisor", "Lab", "Link", "Linux", "LoadBalancer", "OpenFlow", "PortScanner",
                "ServiceAPI", "Settings", "Telemetry", "Wire", argumentParser, lifecycle, logging, system, unixSignals,
            ] + grpc,
            swiftSettings: strict,
            plugins: ["Version"]),
        .testTarget(name: "ApusTests", dependencies: ["apus"], swiftSettings: tests),
        .testTarget(name: "ArchitectureTests", swiftSettings: tests),
        .testTarget(
            name: "DifferentialTests", dependencies: ["Hostile", "Lab", "LoadBalancer", "Simulation"],
            exclude: ["Support"], swiftSettings: tests),
        .testTarget(
            name: "FaultTests",
            dependencies: ["Lab", "Linux", "LoadBalancer", "Telemetry", lifecycle, logging, system],
            swiftSettings: tests),
        .target(
            name: "Hostile", dependencies: ["Lab", "Linux"], path: "Tests/Hostile", exclude: ["Cases"],
            swiftSettings: tests),
        .testTarget(
            name: "HostileTests", dependencies: ["Hostile", "Lab", "LoadBalancer", "apus"], swiftSettings: tests),
        .testTarget(
            name: "DHCPTests", dependencies: ["DHCP", "Wire"], exclude: ["Support"], swiftSettings: tests),
        .testTarget(
            name: "DHCPServerTests",
            dependencies: ["DHCP", "DHCPServer", "Link", "Linux", "Settings", "Wire", grdb], swiftSettings: tests),
        .testTarget(
            name: "IntegrationTests", dependencies: ["Lab", "Linux", "apus"], exclude: ["Support"], swiftSettings: tests
        ),
        .testTarget(
            name: "HypervisorTests",
            dependencies: [
                "DHCP", "DHCPServer", "Hypervisor", "Lab", "Link", "Linux", "OpenFlow", "ServiceAPI", "Wire", "apus",
                grdb, lifecycle, logging,
            ] + grpc,
            exclude: ["Support"], swiftSettings: tests),
        .testTarget(
            name: "RegionTests",
            dependencies: [
                "DHCP", "Hypervisor", "Lab", "Linux", "OpenFlow", "ServiceAPI", "Settings", "Simulation", "Wire",
                "apus",
                lifecycle,
                logging,
            ] + grpc,
            exclude: ["Support"], swiftSettings: tests),
        .testTarget(name: "LabTests", dependencies: ["Lab", "LabVictim", "Linux"], swiftSettings: tests),
        .executableTarget(name: "LabVictim", dependencies: ["Lab"], path: "Tests/LabVictim", swiftSettings: strict),
        .testTarget(
            name: "LinkTests", dependencies: ["CLinux", "Lab", "Link", "Linux", "Wire", system], swiftSettings: tests),
        .testTarget(name: "LinuxTests", dependencies: ["CLinux", "Linux", system], swiftSettings: tests),
        .testTarget(
            name: "LoadBalancerTests",
            dependencies: ["Linux", "LoadBalancer", "Settings", "Telemetry", lifecycle, logging, system],
            swiftSettings: tests),
        .testTarget(
            name: "PortScannerIntegrationTests", dependencies: ["Lab", "Linux", "PortScanner", "Wire", "apus"],
            swiftSettings: tests),
        .testTarget(
            name: "PortScannerTests", dependencies: ["Lab", "Link", "Linux", "PortScanner", "Wire"],
            swiftSettings: tests),
        .testTarget(
            name: "PortScannerLabTests", dependencies: ["Lab", "Link", "Linux", "PortScanner", "Wire", "apus"],
            exclude: ["Support"], swiftSettings: tests),
        .testTarget(
            name: "OpenFlowTests", dependencies: ["Lab", "OpenFlow", "Wire"], exclude: ["Support/os-ken-messages.py"],
            swiftSettings: tests),
        .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: tests),
        .testTarget(
            name: "SimulationTests", dependencies: ["Linux", "LoadBalancer", "Reactor", "Simulation"],
            swiftSettings: tests),
        .testTarget(name: "ReactorTests", dependencies: ["Linux", "Reactor"], swiftSettings: tests),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", inMemoryTracing, logging, system], swiftSettings: tests),
        .executableTarget(
            name: "scan-ports", dependencies: ["PortScanner", "Wire"], path: "Examples/scan-ports", exclude: ["check"],
            swiftSettings: strict),
        .executableTarget(
            name: "read-a-flow", dependencies: ["OpenFlow", "Wire"], path: "Examples/read-a-flow", exclude: ["check"],
            swiftSettings: strict),
        .executableTarget(
            name: "read-a-frame", dependencies: ["Wire"], path: "Examples/read-a-frame", exclude: ["check"],
            swiftSettings: strict),
        .executableTarget(
            name: "offer-an-address", dependencies: ["DHCP", "Wire"], path: "Examples/offer-an-address",
            exclude: ["check"], swiftSettings: strict),
        .executableTarget(
            name: "watch-a-link", dependencies: ["Link", "Wire"], path: "Examples/watch-a-link", exclude: ["check"],
            swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: tests),
    ],
    swiftLanguageModes: [.v6]
)

// A fuzz target is an executable whose entry is libFuzzer's: scripts/fuzz.
if Context.environment["APUS_FUZZ"] != nil {
    package.products.append(.executable(name: "DHCPFuzz", targets: ["DHCPFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "DHCPFuzz", dependencies: ["DHCP", "Wire"], path: "Fuzz/DHCPFuzz", swiftSettings: strict))
    package.products.append(.executable(name: "OpenFlowFuzz", targets: ["OpenFlowFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "OpenFlowFuzz", dependencies: ["OpenFlow", "Wire"], path: "Fuzz/OpenFlowFuzz", swiftSettings: strict))
    package.products.append(.executable(name: "SettingsFuzz", targets: ["SettingsFuzz"]))
    package.products.append(.executable(name: "WireFuzz", targets: ["WireFuzz"]))
    package.targets.append(
        .executableTarget(name: "WireFuzz", dependencies: ["Wire"], path: "Fuzz/WireFuzz", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "SettingsFuzz", dependencies: ["LoadBalancer", "Settings"], path: "Fuzz/SettingsFuzz",
            swiftSettings: strict))
    package.products.append(.executable(name: "LinkFuzz", targets: ["LinkFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "LinkFuzz", dependencies: ["Link", "Wire"], path: "Fuzz/LinkFuzz", swiftSettings: strict))
    package.products.append(.executable(name: "ScanFuzz", targets: ["ScanFuzz"]))
    package.products.append(.executable(name: "ServiceFuzz", targets: ["ServiceFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "ServiceFuzz", dependencies: ["PortScanner", "Wire"], path: "Fuzz/ServiceFuzz", swiftSettings: strict)
    )
    package.targets.append(
        .executableTarget(
            name: "ScanFuzz", dependencies: ["PortScanner", "Wire"], path: "Fuzz/ScanFuzz", swiftSettings: strict))
    package.products.append(.executable(name: "HTTPFuzz", targets: ["HTTPFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "HTTPFuzz", dependencies: ["Hostile", "LoadBalancer"], path: "Fuzz/HTTPFuzz", swiftSettings: strict))
    package.products.append(.executable(name: "ProxyFuzz", targets: ["ProxyFuzz"]))
    package.targets.append(
        .executableTarget(
            name: "ProxyFuzz", dependencies: ["Hostile", "Linux", "LoadBalancer", "Simulation"],
            path: "Fuzz/ProxyFuzz", swiftSettings: strict))
}

// Beside the product, with its `package` access, but not part of it.
if Context.environment["APUS_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "apus-bench", dependencies: ["Lab", "Linux", argumentParser], path: "Benchmarks/Bench",
            swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "LinkBench", dependencies: ["Lab", "Link", "Linux", "Wire"], path: "Benchmarks/LinkBench",
            exclude: ["peer.c"], swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "dhcp-bench", dependencies: ["DHCP", "Lab", "Link", "Linux", "Wire", argumentParser],
            path: "Benchmarks/DHCPBench", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "scan-bench", dependencies: ["Lab"], path: "Benchmarks/ScanBench", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "apus-hostile", dependencies: ["Hostile", "Lab"], path: "Benchmarks/Hostile", swiftSettings: tests))
    package.targets.append(
        .executableTarget(
            name: "wire-bench", dependencies: ["DHCP", "Wire"], path: "Benchmarks/WireBench", swiftSettings: strict))
}
