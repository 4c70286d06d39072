import FoundationEssentials
import Hostile
import Lab
import LoadBalancer
import Testing

@Suite("The hostile corpus", .serialized)
struct HostileTests {
    private static let folder = Repository.path("Tests/Hostile/Cases")

    /// `APUS` if it is set, else the product beside the tests.
    private static let apus: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        return Program.own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()

    private func run(_ jobs: [(Case, Cutting)]) async throws {
        let site = try await HostileSite(.apus, lanes: 4, apus: Self.apus)
        let results = await HostileRun.run(jobs, at: site)
        #expect(results.count == jobs.count)
        for result in results {
            let found = result.item.deviations(in: result.seen)
            if found.isEmpty { continue }
            let text = found.map(\.text).joined(separator: "; ")
            Issue.record("\(result.item.file):\(result.item.line): '\(result.item.name)', \(result.cutting): \(text)")
        }
        #expect(site.isRunning)
    }

    @Test func `it has at least 370 cases, of which each names its rule`() throws {
        #expect(try CaseReader.readAll(in: Self.folder).count >= 370)
    }

    @Test func `nothing in it moves the proxy off its rules`() async throws {
        try await run(CaseReader.readAll(in: Self.folder).map { ($0, .whole) })
    }

    @Test func `nor does it when octets come one by one`() async throws {
        try await run(CaseReader.readAll(in: Self.folder).filter(\.isDivisible).map { ($0, .octets) })
    }

    @Test func `nor when requests are cut in two, anywhere`() async throws {
        let cases = try CaseReader.readAll(in: Self.folder).filter { $0.isDivisible && $0.backend == nil }
        // Every eighth case, at each of its octets.
        let jobs = stride(from: 0, to: cases.count, by: 8).flatMap { index in
            (1..<min(cases[index].sent.count, 160)).map { (cases[index], Cutting.at($0)) }
        }
        #expect(jobs.count > 1000)
        // And all of them behind their first octet.
        try await run(jobs + cases.map { ($0, .at(1)) })
    }

    @Test func `its reasons are the proxy's, and each that octets can cause is there`() throws {
        var seen: Set<String> = []
        for item in try CaseReader.readAll(in: Self.folder) {
            switch item.outcome {
            case .refused(let status, let code), .refusedLate(let status, let code), .faulted(let status, let code):
                let reason = try #require(Reason.allCases.first { "\($0.code)" == code }, "\(item.name): \(code)")
                #expect(reason.status == status, "\(item.name)")
                seen.insert(code)
            case .forwarded, .answered, .cut, .dropped: break
            }
        }
        let missing = Reason.allCases.filter { $0.status != 0 }.map { "\($0.code)" }.filter { !seen.contains($0) }
        #expect(Set(missing) == BytesPage.notOfOctets)
    }

    @Test func `the page about it says what it says`() throws {
        let text = try BytesPage.text(CaseReader.readAll(in: Self.folder))
        let path = Repository.path("Documentation/how-apus-handles-bytes.md")
        if ProcessInfo.processInfo.environment["APUS_WRITE_PAGE"] != nil { try Files.write(text, to: path) }
        #expect(Files.text(path) == text, "written anew with APUS_WRITE_PAGE=1")
    }

    @Test(arguments: [
        "case: a\n> x\nrefused: 400 method\n", "case: a\nmust: RFC 1, 1: b\nrefused: 400 method\n",
        "case: a\nmust: here: b\n> x\nrefused: 400 method\n", "> x\n", "case: a\nmust: RFC 1, 1: b\nodd: c\n",
        "case: a\nmust: RFC 1, 1: b\n> \\q\nrefused: 400 method\n", "case: a\nmust: RFC 1, 1: b\n> x\n",
    ])
    func `a case that says too little or too much is a mistake`(text: String) {
        #expect(throws: (any Error).self) { try CaseReader.read(text, file: "a") }
    }
}
