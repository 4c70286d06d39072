import Lab

/// What came of one load of one server.
struct Probe {
    let asked: Int
    let done: Int
    let seconds: Double
    /// What the server used.
    let nanoseconds: Int
    let memory: Int

    var rate: Double { Double(done) / seconds }
    var dropsInHundredths: Double { asked == 0 ? 100 : Double(asked - done) * 100 / Double(asked) }
    /// Microseconds of an exchange.
    var processorTime: Double { done == 0 ? 0 : Double(nanoseconds) / 1000 / Double(done) }
    var isGood: Bool { asked > 0 && dropsInHundredths < 1 }

    /// Loads a server.
    init(of site: Site, _ load: String, rate: Int, seconds: Int, options: [String] = []) async throws {
        let before = ProcessorTime(ofTree: site.server.identifier)
        let outcome =
            load == "perfdhcp"
            ? try await site.perfdhcp(rate: rate, seconds: seconds)
            : try await site.generate(rate: rate, seconds: seconds, options)
        let used = ProcessorTime(ofTree: site.server.identifier) - before
        (asked, done, self.seconds) = (outcome.asked, outcome.done, Double(seconds))
        nanoseconds = used.user + used.system
        memory = Memory(ofTree: site.server.identifier).resident
    }
}

extension Double {
    func rounded(to digits: Int) -> Double {
        let factor = digits == 1 ? 10.0 : 100.0
        return (self * factor).rounded() / factor
    }
}
