import ArgumentParser
import FoundationEssentials
import Glibc
import Lab

/// Runs the benchmark: every round measures every job once against every contender, in an order of its own.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the benchmark and write its report.")

    @Option(help: "How often everything is measured.")
    var rounds = 9

    @Option(help: "Seconds of one measurement, after one second to warm up.")
    var seconds = 4

    @Option(help: "Contenders, with commas between them: \(Entry.all.map(\.name).joined(separator: ", ")).")
    var peers = Entry.all.map(\.name).joined(separator: ",")

    @Option(help: "Jobs, with commas between them: \(Job.all.map(\.name).joined(separator: ", ")).")
    var jobs = Job.all.map(\.name).joined(separator: ",")

    @Option(help: "Our executable.")
    var apus = ".build/release/apus"

    @Option(help: "Threads of each contender; with more than one the load shares their cores.")
    var threads = 1

    @Option(help: "Whom the others are compared with; it runs twice.")
    var reference = Contender.apus.rawValue

    @Option(help: "Others' work, in per cent of a core, above which a measurement is repeated.")
    var foreign = 10

    @Option(help: "How often a measurement is repeated at most.")
    var repeats = 3

    @Option(help: "The seed of the order.")
    var seed: UInt64 = 1

    @Option(help: "Where results go, without an ending; .json, .md and .svg are added.")
    var output = "Benchmarks/Results/latest"

    func validate() throws {
        guard rounds > 0, seconds > 0, repeats >= 0, threads > 0 else { throw ValidationError("numbers are positive") }
        _ = try chosenJobs()
        _ = try chosenContenders()
    }

    func run() async throws {
        let jobs = try chosenJobs()
        let contenders = try chosenContenders()
        let machine = Results.Machine.here()
        guard machine.cores > 1 else { throw ValidationError("it takes two cores, one for the load") }
        var results = Results(
            date: Date.now.formatted(.iso8601), machine: machine,
            command: (["apus-bench"] + CommandLine.arguments.dropFirst()).joined(separator: " "),
            reference: reference, seconds: seconds, threads: threads, jobs: jobs)
        var field = try await Field(threads: threads, apus: apus)
        for entry in contenders where jobs.contains(where: entry.takes) {
            let isReference = entry.name == reference
            for name in [entry.name] + (isReference ? ["\(entry.name) again"] : []) {
                do {
                    try await field.enter(entry, as: name)
                    results.entrants.append(
                        Results.Entrant(
                            name: name, version: try await entry.contender.version(apus: apus),
                            command: field.runners.last?.peer.command ?? "", isControl: name != entry.name))
                } catch {
                    results.missing[name] = "\(error)"
                    note("missing: \(name): \(error)")
                }
            }
        }
        guard results.entrants.contains(where: { $0.name == reference }) else {
            throw LabError.noProgram("\(reference), with which all are compared: \(results.missing)")
        }
        try await contest(&field, jobs, &results)
        for (index, entrant) in results.entrants.enumerated() {
            guard let runner = field.runners.first(where: { $0.name == entrant.name }) else { continue }
            results.entrants[index].memory = Memory(ofTree: runner.peer.process.identifier).resident
        }
        let publication = Publication(results: results)
        try publication.write(to: output)
        print(publication.markdown)
    }

    private func contest(_ field: inout Field, _ jobs: [Job], _ results: inout Results) async throws {
        var random = SplitMix(state: seed)
        for round in 1...rounds {
            for job in jobs {
                for runner in field.runners.shuffled(using: &random) where runner.entry.takes(job) {
                    let measurement = try await measure(field, job, runner, round)
                    results.measurements.append(measurement)
                    let cost = "\(measurement.cost(job).rounded(2)) µs per \(job.unit)"
                    let rate = "\(Int(measurement.rate(job))) per second"
                    let use =
                        measurement.memory.map { ", \(($0.after - $0.before) / job.connections) octets each" } ?? ""
                    note("\(round)/\(rounds) \(job.name) \(runner.name): \(cost), \(rate)\(use)")
                }
            }
        }
    }

    /// Measures, and again as long as others worked meanwhile; of all tries the quietest counts.
    private func measure(
        _ field: Field, _ job: Job, _ runner: Field.Runner, _ round: Int
    ) async throws -> Results.Measurement {
        var best = try await field.measure(job, runner, round: round, seconds: seconds)
        for _ in 0..<repeats where best.foreign * 100 > Double(foreign) || !best.isValid {
            let reason =
                best.isValid ? "others had \(Int(best.foreign * 100)) % of a core" : "\(best.load.failures) errors"
            note("  \(runner.name): \(reason); again")
            let next = try await field.measure(job, runner, round: round, seconds: seconds)
            if next.isValid, !best.isValid || next.foreign < best.foreign { best = next }
        }
        return best
    }

    private func chosenJobs() throws -> [Job] {
        try jobs.split(separator: ",").map { name in
            guard let job = Job.all.first(where: { $0.name == name }) else {
                throw ValidationError("no job is called '\(name)'")
            }
            return job
        }
    }

    private func chosenContenders() throws -> [Entry] {
        func entry(_ name: String) throws -> Entry {
            guard let entry = Entry.all.first(where: { $0.name == name }) else {
                throw ValidationError("no contender is called '\(name)'")
            }
            return entry
        }
        let chosen = try peers.split(separator: ",").map { try entry(String($0)) }
        return [try entry(reference)] + chosen.filter { $0.name != reference }
    }

    private func note(_ line: String) {
        let octets = Array((line + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, octets, octets.count)
    }
}
