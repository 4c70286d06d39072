import Lab
import Linux

/// Everything that runs during a benchmark: the contenders, and the responder behind them.
struct Field {
    struct Runner {
        let name: String
        let entry: Entry
        let peer: Peer
    }

    /// The cores of the proxies, and of the load with the responder: with one thread each has its own.
    let proxyCores: [Int]
    let loadCores: [Int]
    let threads: Int

    let responder: Process
    private(set) var runners: [Runner] = []
    private let ports: [FreePort]
    private let apus: String?

    /// Starts the responder.
    init(threads: Int, apus: String?) async throws {
        self.threads = threads
        self.apus = apus
        proxyCores = threads == 1 ? [0] : [0, 1]
        loadCores = threads == 1 ? [1] : [0, 1]
        ports = [try FreePort(), try FreePort()]
        var options = Process.Options()
        options.cores = loadCores
        options.errors = .inherit
        let arguments = ["respond"] + ports.flatMap { ["--listen", $0.address] }
        responder = try Process(Program.own, arguments, options: options)
        for port in ports { try await responder.waitUntilListening(on: port) }
    }

    /// Starts a contender, and waits until it answers by each of its listeners.
    mutating func enter(_ entry: Entry, as name: String) async throws {
        runners.append(Runner(name: name, entry: entry, peer: try await start(entry)))
    }

    private func start(_ entry: Entry) async throws -> Peer {
        let backends = ports.map { SocketAddress(ipv4: 0x7F00_0001, port: $0.number) }
        let peer = try await Peer(
            entry.contender, backends: backends, threads: threads, cores: proxyCores, words: entry.words,
            program: entry.contender == .apus ? apus : nil)
        for port in [peer.http] + (entry.contender.hasTCP ? [peer.tcp] : []) {
            try await Wait.until("\(entry.name)'s first answer", every: .milliseconds(50)) {
                try await Command.run("curl", ["-sf", "-o", "/dev/null", "http://\(port.address)/128"]).exit.isSuccess
            }
        }
        return peer
    }

    /// The arguments of `apus-bench ask` for a job.
    static func question(_ job: Job, port: String, seconds: Int) -> [String] {
        [
            "ask", "--to", "127.0.0.1:\(port)", "--path", job.path, "--connections", "\(job.connections)", "--rate",
            "\(job.rate)", "--seconds", "\(seconds)",
        ]
    }

    private func load(_ job: Job, _ peer: Peer, seconds: Int) async throws -> Load {
        var options = Process.Options()
        options.cores = loadCores
        let port = job.isTCP ? peer.tcp : peer.http
        let limit = Duration.seconds(seconds + 30)
        let output: String
        if job.kind == .rate {
            output = try await Command.output(
                Program.own, Self.question(job, port: "\(port.number)", seconds: seconds), options: options,
                within: limit)
        } else {
            let arguments = Load.arguments(
                url: "http://\(port.address)/\(job.path)", connections: job.connections, seconds: seconds,
                isClosing: job.kind == .connections)
            output = try await Command.output("wrk", arguments, options: options, within: limit)
        }
        guard let load = Load(output) else { throw LabError.unreadable("the load's output: \(output)") }
        return load
    }

    /// Runs a job against a contender once.
    ///
    /// `own` is what this process itself and its load cost, so that the rest of the machine's work is others'.
    func measure(_ job: Job, _ runner: Runner, round: Int, seconds: Int) async throws -> Results.Measurement {
        if job.kind == .idle { return try await measureIdle(job, runner, round: round) }
        _ = try await load(job, runner.peer, seconds: 1)

        let clock = ContinuousClock.now
        let machine = try MachineTime.now()
        let proxy = ProcessorTime(ofTree: runner.peer.process.identifier)
        let others = Self.ownTime(responder)
        let result = try await load(job, runner.peer, seconds: seconds)
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

    /// What connections cost that do nothing, in a contender that was just started.
    ///
    /// One that has served before would have memory at hand from then, and none would seem to be needed.
    private func measureIdle(_ job: Job, _ runner: Runner, round: Int) async throws -> Results.Measurement {
        let peer = try await start(runner.entry)
        var use = Results.MemoryUse()
        use.before = Memory(ofTree: peer.process.identifier).resident
        let kernelBefore = Memory.kernel
        let processorBefore = ProcessorTime(ofTree: peer.process.identifier)
        let words = TextBox()
        var options = Process.Options()
        options.cores = loadCores
        options.output = .stream { words.add($0) }
        let arguments = Self.question(job, port: "\(peer.http.number)", seconds: 3) + ["--hold"]
        let client = try Process(Program.own, arguments, options: options)
        try await Wait.until("\(job.connections) connections", within: .seconds(40)) { Load(words.text) != nil }
        // Timers and the allocators' own tidying have a moment.
        try await Task.sleep(for: .seconds(1))
        let spent = ProcessorTime(ofTree: peer.process.identifier) - processorBefore
        let memory = Memory(ofTree: peer.process.identifier)
        (use.after, use.anonymous) = (memory.resident, memory.anonymous)
        use.kernel = Memory.kernel - kernelBefore
        client.kill()
        await client.exit()
        guard let load = Load(words.text) else { throw LabError.unreadable("the load's output: \(words.text)") }
        await peer.process.stop()
        return Results.Measurement(
            round: round, job: job.name, entrant: runner.name, load: load, scheduled: spent.scheduled,
            userShare: Double(spent.user) / Double(max(spent.user + spent.system, 1)), foreign: 0, memory: use)
    }

    /// What the responder, we and our ended children have used.
    private static func ownTime(_ responder: Process) -> Int {
        ProcessorTime(ofTree: responder.identifier).scheduled + ProcessorTime.ownAndReaped
    }
}

/// Text that comes in pieces on another thread.
private final class TextBox: Sendable {
    private let octets = Guarded<[UInt8]>([])

    func add(_ more: [UInt8]) { octets.withLock { $0 += more } }

    var text: String { octets.withLock { String(decoding: $0, as: UTF8.self) } }
}
