import Lab
import Linux

/// Everything that runs during a benchmark: the contenders, and the responder behind them.
struct Field {
    struct Runner {
        let name: String
        let peer: Peer
    }

    /// Core 0 is the proxies', core 1 the load's and the responder's.
    static let proxyCores = [0]
    static let loadCores = [1]

    let responder: Process
    private(set) var runners: [Runner] = []
    private let ports: [FreePort]

    /// Starts the responder.
    init() async throws {
        ports = [try FreePort(), try FreePort()]
        var options = Process.Options()
        options.cores = Self.loadCores
        options.errors = .inherit
        let arguments = ["respond"] + ports.flatMap { ["--listen", $0.address] }
        responder = try Process(Program.own, arguments, options: options)
        for port in ports { try await responder.waitUntilListening(on: port) }
    }

    /// Starts a contender, and waits until it answers by each of its listeners.
    mutating func enter(_ contender: Contender, as name: String, apus: String?) async throws {
        let backends = ports.map { SocketAddress(ipv4: 0x7F00_0001, port: $0.number) }
        let peer = try await Peer(
            contender, backends: backends, cores: Self.proxyCores, program: contender == .apus ? apus : nil)
        for port in [peer.http] + (contender.hasTCP ? [peer.tcp] : []) {
            try await Wait.until("\(name)'s first answer", every: .milliseconds(50)) {
                try await Command.run("wrk", ["-t1", "-c1", "-d1s", "http://\(port.address)/128"]).output
                    .contains("Non-2xx") == false
            }
        }
        runners.append(Runner(name: name, peer: peer))
    }

    /// Runs a job against a contender once.
    ///
    /// `own` is what this process itself and its load cost, so that the rest of the machine's work is others'.
    func measure(_ job: Job, _ runner: Runner, round: Int, seconds: Int) async throws -> Results.Measurement {
        let port = job.isTCP ? runner.peer.tcp : runner.peer.http
        let url = "http://\(port.address)/\(job.path)"
        var options = Process.Options()
        options.cores = Self.loadCores
        func load(_ seconds: Int) async throws -> Load {
            let arguments = Load.arguments(
                url: url, connections: job.connections, seconds: seconds, isClosing: job.isClosing)
            let limit = Duration.seconds(seconds + 30)
            let output = try await Command.output("wrk", arguments, options: options, within: limit)
            guard let load = Load(output) else { throw LabError.unreadable("wrk's output: \(output)") }
            return load
        }
        _ = try await load(1)

        let clock = ContinuousClock.now
        let machine = try MachineTime.now()
        let proxy = ProcessorTime(ofTree: runner.peer.process.identifier)
        let others = Self.ownTime(responder)
        let result = try await load(seconds)
        let spent = ProcessorTime(ofTree: runner.peer.process.identifier) - proxy
        let own = Self.ownTime(responder) - others
        let busy = try MachineTime.now().busy - machine.busy
        let wall = (ContinuousClock.now - clock) / .nanoseconds(1)
        runner.peer.truncateLogs()
        return Results.Measurement(
            round: round, job: job.name, entrant: runner.name, load: result, scheduled: spent.scheduled,
            userShare: Double(spent.user) / Double(max(spent.user + spent.system, 1)),
            foreign: max(0, Double(busy - spent.scheduled - own)) / wall)
    }

    /// What the responder, we and our ended children have used.
    private static func ownTime(_ responder: Process) -> Int {
        ProcessorTime(ofTree: responder.identifier).scheduled + ProcessorTime.ownAndReaped
    }
}
