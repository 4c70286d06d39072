import FoundationEssentials
import Glibc

/// A load balancer that can be started here, ours among them.
package enum Contender: String, CaseIterable, Sendable {
    case apus, haproxy, nginx, envoy, caddy, traefik

    /// The files of `Benchmarks/Peers` it reads, the one it is started with first.
    var templates: [String] {
        switch self {
        case .apus: ["apus.yaml"]
        case .haproxy: ["haproxy.cfg"]
        case .nginx: ["nginx.conf"]
        case .envoy: ["envoy.yaml"]
        case .caddy: ["Caddyfile"]
        case .traefik: ["traefik.yml", "traefik-routes.yml"]
        }
    }

    /// How it is started, `{{file}}` being its configuration.
    package func arguments(threads: Int) -> [String] {
        switch self {
        case .apus: ["lb", "run", "{{file}}"]
        case .haproxy: ["-db", "-f", "{{file}}"]
        case .nginx: ["-c", "{{file}}", "-e", "{{folder}}/nginx-error.log"]
        case .envoy:
            ["-c", "{{file}}", "--concurrency", "\(threads)", "--disable-hot-restart", "--log-level", "warning"]
        case .caddy: ["run", "--config", "{{file}}", "--adapter", "caddyfile"]
        case .traefik: ["--configFile={{file}}"]
        }
    }

    /// What its environment must say besides.
    package func environment(threads: Int) -> [String: String] {
        switch self {
        // The Go runtime would start a thread for each core of the machine, whatever cores it may use.
        case .caddy:
            ["GOMAXPROCS": "\(threads)", "XDG_CONFIG_HOME": "{{folder}}", "XDG_DATA_HOME": "{{folder}}"]
        case .traefik: ["GOMAXPROCS": "\(threads)"]
        default: [:]
        }
    }

    /// Whether it proxies plain TCP.
    package var hasTCP: Bool { self != .caddy }

    /// Its executable, or an error that says what is missing.
    ///
    /// For ours, `apus` says where it is.
    package func program(apus: String? = nil) throws(LabError) -> String {
        switch self {
        case .apus:
            return try Program.path(of: apus ?? "apus")
        case .envoy:
            // The wheel's command is a Python script; the program itself lies among the wheel's files.
            let libraries = Program.tools + "/lib"
            let wheels = Files.names(in: libraries).map { "\(libraries)/\($0)/site-packages/envoy/_bin/envoy" }
            if let wheel = wheels.first(where: { Program.find($0) != nil }) { return wheel }
            return try Program.path(of: "envoy")
        default:
            return try Program.path(of: rawValue)
        }
    }

    /// Its version, as it prints it.
    package func version(apus: String? = nil) async throws -> String {
        let arguments =
            switch self {
            case .apus, .envoy: ["--version"]
            case .haproxy, .nginx: ["-v"]
            case .caddy, .traefik: ["version"]
            }
        let result = try await Command.run(program(apus: apus), arguments)
        let text = result.output + result.errors
        // The first thing that looks like a version, or else the whole first line.
        let line = text.split(separator: "\n").first { $0.contains { $0.isNumber } } ?? ""
        let words = line.split { " /:\t".contains($0) }
        let version = words.first { word in
            word.contains(".") && word.drop { $0 == "v" }.first?.isNumber == true
        }
        return String((version ?? line).drop { $0 == "v" })
    }
}
