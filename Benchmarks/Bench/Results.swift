import Lab

/// All that a benchmark found out: what its report is made of, and what is kept beside it.
struct Results: Codable {
    /// When it began, as ISO 8601.
    var date: String
    var machine: Machine
    /// The command line of the benchmark.
    var command: String
    /// The contender that the others are compared with.
    var reference: String
    var seconds: Int
    /// Threads of each contender.
    var threads: Int
    var jobs: [Job]
    var entrants: [Entrant] = []
    /// Contenders that could not take part, with the reason.
    var missing: [String: String] = [:]
    var measurements: [Measurement] = []

    struct Machine: Codable, Equatable {
        var kernel: String
        var processor: String
        var cores: Int
    }

    /// A contender that takes part; the reference does so twice.
    struct Entrant: Codable {
        var name: String
        var version: String
        var command: String
        /// Whether it is the reference's second self.
        var isControl = false
        /// Resident memory after the benchmark, in octets.
        var memory = 0
    }

    /// Memory for connections that do nothing, in octets.
    struct MemoryUse: Codable {
        /// The process's resident pages before there was a connection, and with all of them.
        var before = 0
        var after = 0
        /// Of `after` what is no file's: not the program's code, nor its libraries'.
        var anonymous = 0
        /// What the kernel took more, for both ends of each connection.
        var kernel = 0
    }

    /// One run of one job against one contender.
    struct Measurement: Codable {
        var round: Int
        var job: String
        var entrant: String
        var load: Load
        /// Nanoseconds on a processor that the contender spent.
        var scheduled: Int
        /// Of these the part in user mode.
        var userShare: Double
        /// Work of others on the machine, as a part of one core.
        var foreign: Double
        /// For jobs about memory.
        var memory: MemoryUse?

        /// Whether nearly all was answered well: refusing is cheap, and its cost would flatter.
        var isValid: Bool { load.requests > 0 && scheduled > 0 && load.failures * 100 <= load.requests }

        /// Requests, or mebibytes, in a second.
        func rate(_ job: Job) -> Double { count(job) * 1e6 / Double(load.microseconds) }

        /// Microseconds of processor time for a request, or a mebibyte.
        func cost(_ job: Job) -> Double { Double(scheduled) / 1000 / max(count(job), 1) }

        private func count(_ job: Job) -> Double {
            job.kind == .bulk ? Double(load.octets) / 1_048_576 : Double(load.requests)
        }
    }

    /// Takes in what another run found out: more rounds of the same jobs, other jobs, other contenders.
    ///
    /// False, and nothing is taken, when the two cannot be compared.
    mutating func add(_ other: Results) -> Bool {
        guard machine == other.machine, reference == other.reference, threads == other.threads,
            seconds == other.seconds
        else { return false }
        command += "; " + other.command
        jobs += other.jobs.filter { job in !jobs.contains { $0.name == job.name } }
        for entrant in other.entrants where !entrants.contains(where: { $0.name == entrant.name }) {
            entrants.append(entrant)
        }
        missing.merge(other.missing) { first, _ in first }
        // Rounds of one job stay apart: what is compared is of one round.
        var rounds: [String: Int] = [:]
        for measurement in measurements {
            rounds[measurement.job] = max(rounds[measurement.job] ?? 0, measurement.round)
        }
        measurements += other.measurements.map { measurement in
            var measurement = measurement
            measurement.round += rounds[measurement.job] ?? 0
            return measurement
        }
        return true
    }

    /// The valid measurements of a job and an entrant, by round.
    func measurements(_ job: Job, _ entrant: String) -> [Measurement] {
        measurements.filter { $0.job == job.name && $0.entrant == entrant && $0.isValid }
            .sorted { $0.round < $1.round }
    }

    /// Rounds of a job that an entrant failed in.
    func failedRounds(_ job: Job, _ entrant: String) -> Int {
        measurements.count { $0.job == job.name && $0.entrant == entrant && !$0.isValid }
    }
}
