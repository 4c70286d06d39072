import Lab
import Linux

/// The demo's servers, one of which ends now and then and comes back.
struct DemoServers {
    struct Server {
        let name: String
        let port: UInt16
        var process: Lab.Process?
    }

    private(set) var all: [Server]
    private var next = 0

    /// Starts a server on each port.
    init(ports: [UInt16]) throws {
        all = ports.enumerated().map { Server(name: "server-\($0 + 1)", port: $1) }
        for index in all.indices { try start(index) }
    }

    /// Kills the next server in turn; its name.
    mutating func killNext() -> String {
        let server = all[next]
        server.process?.kill()
        all[next].process = nil
        next = (next + 1) % all.count
        return server.name
    }

    /// Starts those again that were killed; their names.
    mutating func restart() throws -> [String] {
        let gone = all.indices.filter { all[$0].process == nil }
        for index in gone { try start(index) }
        return gone.map { all[$0].name }
    }

    private mutating func start(_ index: Int) throws {
        all[index].process = try Lab.Process(
            Program.own, ["lab", "respond", "--port", "\(all[index].port)", "--name", all[index].name])
    }

    func stop() async {
        for server in all { await server.process?.stop() }
    }
}
