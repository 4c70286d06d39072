import FoundationEssentials
import Hostile
import Lab
import Simulation
import Testing

@Suite("The parser beside h11 and Node's")
struct ParserDifferentialTests {
    /// `APUS_SEED` if it is set; the count is bounded so that the suite takes seconds.
    private static let seed = ProcessInfo.processInfo.environment["APUS_SEED"].flatMap(UInt64.init)
    private static let count = 20000

    private static func samples() throws -> [Sample] {
        var random = SeededGenerator(seed: seed ?? 1)
        let cases = try CaseReader.readAll(in: Repository.path("Tests/Hostile/Cases"))
        return Sample.make(from: cases, count: count, using: &random)
    }

    /// What another parser says of each sample.
    private static func verdicts(_ peer: Peer, _ samples: [Sample]) async throws -> [Verdict] {
        let folder = try TemporaryFolder("differential")
        let file = try folder.write(samples.map(\.line).joined(), to: "samples")
        let output = try await Command.output(peer.program, peer.options + [Support.path(peer.script), file])
        return try output.split(separator: "\n").map { try JSONDecoder().decode(Verdict.self, from: Data($0.utf8)) }
    }

    @Test(.enabled(if: Peer.h11.isInstalled))
    func `every disagreement with h11 has its explanation`() async throws { try await compare(with: .h11) }

    @Test(.enabled(if: Peer.node.isInstalled))
    func `every disagreement with Node's parser has its explanation`() async throws {
        try await compare(with: Peer.nodeAsInstalled())
    }

    private func compare(with peer: Peer) async throws {
        let samples = try Self.samples()
        let theirs = try await Self.verdicts(peer, samples)
        try #require(theirs.count == samples.count)
        var used: [String: Int] = [:]
        var wholes = 0
        var unexplained = 0
        for (sample, other) in zip(samples, theirs) {
            let ours = Verdict(sample)
            if ours.isWhole, other.isWhole { wholes += 1 }
            guard let found = Disagreement(sample, ours, other) else { continue }
            if let explanation = Explanation.all.first(where: { $0.explains(found, peer) }) {
                used[explanation.name, default: 0] += 1
                continue
            }
            unexplained += 1
            guard unexplained <= 20 else { continue }
            Issue.record("seed \(Self.seed ?? 1): \(peer.name): \(found.kind): \(sample.text)\n\(ours)\n\(other)")
        }
        #expect(unexplained == 0, "seed \(Self.seed ?? 1)")
        #expect(wholes > 500, "many messages are whole for both")
        if Self.seed == nil {
            let stale = Explanation.all.filter { $0.concerns(peer) && used[$0.name] == nil }.map(\.name)
            #expect(stale == [], "each explanation explains something")
        }
    }
}

/// A parser of others.
struct Peer: Sendable {
    let name: String
    let program: String
    var options: [String] = []
    let script: String
    /// The versions of its parser that it is one of, as explanations name them.
    var generation: String?

    static let h11 = Peer(name: "h11", program: "\(Program.tools)/bin/python", script: "h11-verdicts.py")
    static let node = Peer(
        name: "node", program: Program.find("node") ?? "node", options: ["--no-deprecation"], script: "node-verdicts.js"
    )

    /// Node with the generation of its parser: llhttp became stricter between Debian 12's Node 18 and Node 20.
    static func nodeAsInstalled() async throws -> Peer {
        let version = try await Command.output(node.program, ["-p", "process.versions.llhttp"])
        var peer = node
        peer.generation = (version.split(separator: ".").first.flatMap { Int($0) } ?? 0) < 9 ? "node-18" : "node-20"
        return peer
    }

    var isInstalled: Bool { Files.exists(program) }
}

enum Support {
    static func path(_ name: String, from file: String = #filePath) -> String {
        file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Support/\(name)"
    }
}
