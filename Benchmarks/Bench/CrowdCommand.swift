import ArgumentParser
import FoundationEssentials
import Lab
import Linux

/// Says what many slow and idle clients cost the others, beside what two runs without them differ by.
struct CrowdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crowd",
        abstract: "Measure the others' times while a crowd of slow and idle clients is there.")

    @Option(help: "How often everything is measured.")
    var rounds = 9

    @Option(help: "Seconds of one measurement, of which the first does not count.")
    var seconds = 4

    @Option(help: "The others' requests a second.")
    var rate = 2000

    @Option(help: "Connections that are idle.")
    var idle = 10_000

    @Option(help: "Clients whose heads come line by line, one in a second.")
    var heads = 500

    @Option(help: "Clients that take 4 KiB of a large body in a second.")
    var readers = 500

    @Option(help: "Our executable.")
    var apus = ".build/release/apus"

    private static let connections = 20

    func validate() throws {
        guard rounds > 0, seconds > 1, rate > 0, rate % Self.connections == 0 else {
            throw ValidationError("the rate is a multiple of \(Self.connections), and a run takes two seconds or more")
        }
    }

    func run() async throws {
        // A connection may need another one to the backend, so the load balancer takes half of its descriptors; what we start
        // inherits the limit.
        let limit = DescriptorLimit.raise(to: 2 * 16_000 + 512)
        let room = min(16_000, (limit - 256) / 2) - heads - readers - 2 * Self.connections
        let idle = min(idle, room)
        guard idle > 0 else { throw ValidationError("a process may open \(limit) descriptors only: raise ulimit -n") }
        if idle < self.idle {
            print("A process may open \(limit) descriptors here, which is room for \(idle) idle connections.\n")
        }
        let folder = try TemporaryFolder("crowd")
        let back = try FreePort()
        var options = Process.Options()
        options.cores = [1]
        let responder = try Process(Program.own, ["respond", "--listen", back.address], options: options)
        try await responder.waitUntilListening(on: back)
        let names = ["alone", "again", "crowded"]
        var fronts: [FreePort] = []
        var proxies: [Process] = []
        for name in names {
            let front = try FreePort()
            let file = try folder.write(Self.settings(front, back, folder.file(name)), to: "\(name).yaml")
            var options = Process.Options()
            (options.cores, options.errors) = ([0], .file(folder.file("errors")))
            proxies.append(try Process(apus, ["lb", "run", file], options: options))
            try await proxies[proxies.count - 1].waitUntilListening(on: front, log: folder.file("errors"))
            fronts.append(front)
        }
        let before = Memory(ofTree: proxies[2].identifier).resident
        let crowd = try await Crowd(
            at: fronts[2].number, idle: idle, heads: heads, readers: readers, path: "/1m", cores: [1])
        var times: [[FixedRate]] = [[], [], []]
        var random = SplitMix(state: 1)
        for round in 1...rounds {
            for index in names.indices.shuffled(using: &random) {
                let log = folder.file("\(names[index])-\(round)")
                let arguments = FixedRate.arguments(
                    url: "http://\(fronts[index].address)/128", rate: rate, connections: Self.connections,
                    seconds: seconds, log: log)
                try await Command.output("h2load", arguments, options: options)
                guard let time = FixedRate(Files.text(log) ?? "", warmUp: 1_000_000) else {
                    throw LabError.unreadable("h2load's log \(log)")
                }
                times[index].append(time)
            }
        }
        let memory = Memory(ofTree: proxies[2].identifier).resident - before
        let report = try await crowd.end()
        tell(names, times, report, memory, idle)
    }

    private func tell(_ names: [String], _ times: [[FixedRate]], _ report: Crowd.Report, _ memory: Int, _ idle: Int) {
        print("Apus with \(idle) idle connections, \(heads) slow heads and \(readers) slow readers, the others asking")
        print("\(rate) times a second; \(rounds) rounds of \(seconds) s. Milliseconds, medians with least and most.\n")
        print("| | p50 | p99 | p99.9 | requests | not 200 |\n| --- | ---: | ---: | ---: | ---: | ---: |")
        for (name, runs) in zip(names, times) {
            let cells = [0.5, 0.99, 0.999].map { share in
                let values = runs.map { Double($0.quantile(share)) / 1000 }
                let (least, most) = (values.min() ?? 0, values.max() ?? 0)
                return "\(Self.text(Statistics.median(values))) (\(Self.text(least))–\(Self.text(most)))"
            }
            let failures = runs.reduce(0) { $0 + $1.statuses.filter { $0.key != 200 }.values.reduce(0, +) }
            let count = runs.reduce(0) { $0 + $1.count }
            print("| \(name) | \(cells.joined(separator: " | ")) | \(count) | \(failures) |")
        }
        func ratios(_ index: Int) -> [Double] {
            zip(times[index], times[0]).map { Double($0.quantile(0.99)) / Double($1.quantile(0.99)) }
        }
        let (control, crowded) = (ratios(1), ratios(2))
        let spread = (control.min() ?? 1)...(control.max() ?? 1)
        let median = Statistics.median(crowded)
        print("\np99 crowded to alone: \(Self.text(median)) (median of rounds); ", terminator: "")
        print("control: \(Self.text(spread.lowerBound)) to \(Self.text(spread.upperBound)): ", terminator: "")
        print(median <= spread.upperBound ? "within the control's spread." : "NOT within the control's spread.")
        print(
            "Still there: \(report.idle) idle, \(report.heads) heads (\(report.refused) refused meanwhile), ",
            terminator: "")
        print("\(report.readers) readers. Resident memory grew by \(memory >> 20) MiB.")
    }

    private static func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    private static func settings(_ front: FreePort, _ back: FreePort, _ log: String) -> String {
        """
        version: 1
        process: { threads: 1, pin: false, max_connections: 16000 }
        access_log: \(log).log
        timeouts: { idle: 1h }
        listeners:
          web: { bind: "\(front.address)", pool: app }
        pools:
          app: { servers: ["\(back.address)"], idle_connections: 1024 }
        """
    }
}
