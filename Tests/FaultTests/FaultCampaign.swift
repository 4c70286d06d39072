import Glibc
import Lab
import Linux
import SystemPackage

/// All runs, one after the other, in a process of their own: the seam is the process's, and so are its descriptors.
struct FaultCampaign {
    let backends: FaultRun.Backends
    private(set) var faults: [String] = []
    /// What is to be told in the end.
    private var text = ""
    /// For each call: how often a run makes it, how often it was made to fail, and how often that kept us from starting.
    private var table: [SystemCall: (calls: Int, failed: Int, unstarted: Int)] = [:]
    private var statuses: [Int: Int] = [:]
    private var closed = 0
    private var runs = 0

    init(backends: FaultRun.Backends) { self.backends = backends }

    mutating func run() async {
        // The first run opens what stays open: OpenSSL's files, the threads of the language.
        for isStalled in [false, true] {
            let whole = FaultSeam()
            await play(whole, hasStalledClient: isStalled, "no call")
            for (call, count) in whole.counts { table[call, default: (0, 0, 0)].calls = count }
        }
        for call in SystemCall.allCases {
            let start = ContinuousClock.now
            for code in FaultPlan.errors[call] ?? [] { await fail(call, code) }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            if seconds > 5 { text += "\(call): \(Int(seconds)) s\n" }
        }
        tell()
    }

    /// Fails the first, the second, and so on, until there are no more.
    private mutating func fail(_ call: SystemCall, _ code: Errno) async {
        // What only a client that takes nothing brings about.
        let hasStalledClient = call == .ioctl
        for number in 1... {
            let seam = FaultSeam(failing: call, number: number, with: code)
            await play(seam, hasStalledClient: hasStalledClient, "\(call) \(number) (\(code))")
            guard seam.hasFired else { return }
            table[call, default: (0, 0, 0)].failed += 1
        }
    }

    private mutating func play(_ seam: FaultSeam, hasStalledClient: Bool, _ name: String) async {
        // The last line tells which run it was, should we crash.
        try? Files.write(text + "running: \(name)\n", to: backends.report)
        let before = Self.descriptors()
        runs += 1
        var run = FaultRun(backends: backends)
        run.hasStalledClient = hasStalledClient
        seam.install()
        let report = await run.run()
        seam.remove()
        var found = report.faults
        if name == "no call" {
            // Descriptors are counted from the second run on.
            let isRight = report.statuses[200, default: 0] >= 7 && report.closed == 0
            if !isRight { found.append("without a failure: \(report.statuses), \(report.closed) closed") }
        } else {
            let leaked = await Self.leaked(since: before)
            if !leaked.isEmpty { found.append("descriptors stay open: \(leaked)") }
        }
        if !report.didStart {
            for call in SystemCall.allCases where name.hasPrefix("\(call) ") {
                table[call, default: (0, 0, 0)].unstarted += 1
            }
        }
        statuses.merge(report.statuses, uniquingKeysWith: +)
        closed += report.closed
        for fault in found { text += "FAULT \(name): \(fault)\n" }
        faults += found
    }

    private mutating func tell() {
        text += "call                calls  made to fail  of these at the start\n"
        for (call, counts) in table.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let columns = [("\(call)", 20), ("\(counts.calls)", 7), ("\(counts.failed)", 14)]
            let line = columns.map { text, width in text + String(repeating: " ", count: max(1, width - text.count)) }
            text += line.joined() + "\(counts.unstarted)\n"
        }
        text += "\(runs) runs; answers \(statuses.sorted { $0.key < $1.key }), connections that ended \(closed)\n"
        let missed = FaultPlan.errors.keys.filter { table[$0]?.failed ?? 0 == 0 }
        let unplanned = table.keys.filter { FaultPlan.errors[$0] == nil && !FaultPlan.certain.contains($0) }
        text += missed.isEmpty && unplanned.isEmpty ? "every call was hit\n" : "not hit: \(missed + unplanned)\n"
        try? Files.write(text, to: backends.report)
    }

    /// What stays open, by what it is; the last references may go a moment after the end.
    private static func leaked(since before: Set<Int32>) async -> [String] {
        var leaked: Set<Int32> = []
        for _ in 0..<100 {
            leaked = descriptors().subtracting(before)
            if leaked.isEmpty { break }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return leaked.sorted().map { number in
            var memory = [CChar](repeating: 0, count: 256)
            let count = readlink("/proc/self/fd/\(number)", &memory, 255)
            return "\(number) "
                + String(decoding: memory.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// The process's open descriptors, but the one that reads them.
    private static func descriptors() -> Set<Int32> {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var found: Set<Int32> = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name), number != dirfd(folder) { found.insert(number) }
        }
        return found
    }
}
