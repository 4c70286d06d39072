import FoundationEssentials
import Lab
import Linux
import LoadBalancer

/// A configuration made ready to run here: its ports are free, and its servers are known.
struct DemoStage {
    let listener: SocketAddress
    let admin: SocketAddress?
    /// The ports of all servers, each once, in the configuration's order.
    let servers: [UInt16]
    /// Where the load balancer writes.
    let log: String

    private let path: String
    /// Held until the end, so that nobody else who asks gets them.
    private let ports: [FreePort]

    /// Takes the configuration at `file`; ports that are in use are replaced by free ones.
    init(file: String, folder: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(.noInput, "\(file) cannot be read; run this in the project's folder")
        }
        var text = String(decoding: data, as: UTF8.self)
        var taken: [FreePort] = []
        for match in Set(text.matches(of: /127\.0\.0\.1:[0-9]+/).map { String($0.0) }).sorted() {
            guard let address = SocketAddress(match), !DemoStage.isFree(address) else { continue }
            let port = try FreePort()
            taken.append(port)
            text = text.replacing(match, with: port.address)
        }
        path = "\(folder)/lb.yaml"
        log = "\(folder)/log"
        ports = taken
        do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
            throw Failure(.cannotCreate, "\(path) cannot be written")
        }
        let configuration = try ConfigurationFile(path: path).load()
        guard let first = configuration.listeners.first?.addresses.first else {
            throw Failure(.configuration, "\(file) has no listener")
        }
        listener = first
        admin = configuration.admin
        var seen: Set<UInt16> = []
        servers = configuration.pools.flatMap(\.servers).map(\.address.port).filter { seen.insert($0).inserted }
    }

    /// Starts the load balancer, and waits until it listens.
    func start() async throws -> Lab.Process {
        var options = Lab.Process.Options()
        options.output = .file(log)
        options.errors = .file(log)
        let balancer = try Lab.Process(Program.own, ["lb", "run", path], options: options)
        try await balancer.waitUntilListening(at: listener, log: log)
        return balancer
    }

    /// Whether nobody listens there.
    ///
    /// The load balancer's own listeners share their port with others of the same user (`SO_REUSEPORT`, `socket(7)`), so
    /// that binding like them would not tell.
    private static func isFree(_ address: SocketAddress) -> Bool {
        !Wait.isListening(address)
    }
}
