import Lab

/// Interleaved rounds of each party, and their medians.
struct Contest {
    let rounds: Int
    let frames: Int

    func run() async throws {
        let folder = try TemporaryFolder("link-bench")
        let peer = folder.file("peer")
        try await Command.output("cc", ["-O2", "-o", peer, "Benchmarks/LinkBench/peer.c"])
        let (first, second) = (try await Namespace("bench-a"), try await Namespace("bench-b"))
        try await Namespace.connect(first, to: second)
        let parties: [(name: String, program: String, extra: [String])] = [
            ("Link", Program.own, []), ("C", peer, []), ("Link, ring", Program.own, ["ring"]),
            ("Link again", Program.own, []),
        ]
        var (sending, receiving) = ([String: [Sample]](), [String: [Sample]]())
        for round in 0..<rounds {
            let order = round % 2 == 0 ? parties : parties.reversed()
            for party in order {
                let output = try await first.run(party.program, ["send", "eth0", "\(frames)"] + party.extra)
                sending[party.name, default: []].append(try Sample(output))
            }
            for party in order {
                async let output = second.run(party.program, ["receive", "eth0", "\(frames)"] + party.extra)
                try await Task.sleep(for: .milliseconds(100))
                try await first.run(peer, ["send", "eth0", "\(frames)"])
                receiving[party.name, default: []].append(try Sample(await output))
            }
            receiving["tcpdump", default: []].append(try await tcpdump(first, second, peer))
        }
        print("party              sends/s   CPU us   receives/s   CPU us   lost %")
        for name in parties.map(\.name) + ["tcpdump"] {
            let (sent, got) = (sending[name] ?? [], receiving[name] ?? [])
            let columns = [
                sent.isEmpty ? "–" : Self.median(sent) { Double($0.frames) / $0.seconds },
                sent.isEmpty ? "–" : Self.median(sent, scale: 100) { $0.processor / Double($0.frames) * 1e6 },
                // Of tcpdump only the loss is known.
                name == "tcpdump" ? "–" : Self.median(got) { Double($0.frames) / $0.seconds },
                name == "tcpdump"
                    ? "–" : Self.median(got, scale: 100) { $0.processor / Double(max($0.frames, 1)) * 1e6 },
                Self.median(got, scale: 100) { 100 * (1 - Double($0.frames) / Double(frames)) },
            ]
            print(([name] + columns).joined(separator: "\t"))
        }
    }

    /// What tcpdump writes of the same load, and what it says it lost.
    private func tcpdump(_ first: Namespace, _ second: Namespace, _ peer: String) async throws -> Sample {
        var options = Process.Options()
        options.namespace = second.name
        let dump = [
            "5", try Program.path(of: "tcpdump"), "-i", "eth0", "-B", "8192", "-w", "/dev/null",
            "ether proto 0x88b5",
        ]
        async let result = Command.run("timeout", ["-s", "INT"] + dump, options: options)
        try await Task.sleep(for: .milliseconds(500))
        try await first.run(peer, ["send", "eth0", "\(frames)"])
        let text = try await result.errors
        let words = text.split { !$0.isNumber && !$0.isLetter }
        // "500000 packets captured".
        guard let place = words.firstIndex(of: "captured"), place >= 2, let count = Int(words[place - 2]), count > 0
        else {
            throw LabError.unreadable("what tcpdump says: \(text)")
        }
        return Sample(frames: count, seconds: .infinity, processor: 0)
    }

    private static func median(_ samples: [Sample], scale: Double = 1, _ value: (Sample) -> Double) -> String {
        let median = Statistics.median(samples.map(value))
        return scale == 1 ? "\(Int(median))" : "\((median * scale).rounded() / scale)"
    }
}

/// What a party printed.
struct Sample {
    var frames: Int
    var seconds: Double
    var processor: Double

    init(frames: Int, seconds: Double, processor: Double) {
        (self.frames, self.seconds, self.processor) = (frames, seconds, processor)
    }

    init(_ output: String) throws {
        let words = output.split { $0 == " " || $0.isNewline }
        guard words.count == 4, let frames = Int(words[0]), let seconds = Double(words[2]),
            let processor = Double(words[3])
        else { throw LabError.tooSlow("a party that printed '\(output)'") }
        self.init(frames: frames, seconds: max(seconds, 1e-9), processor: processor)
    }
}
