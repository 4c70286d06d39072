import Lab

/// Port scanners beside each other in the laboratory: time, processor time, and what they found of what there is.
///
/// `scan-bench APUS [ROUNDS]`; rounds are interleaved, and our own binary runs twice in each for a control.
@main struct ScanBench {
    /// One way to do a job.
    struct Party {
        var name: String
        var program: String
        var arguments: [String]
        /// What of its output tells how many it found.
        var found: String
    }

    struct Job {
        var name: String
        /// How many there are to find.
        var truth: Int
        var parties: [Party]
    }

    struct Sample {
        var wall: Double
        var processor: Double
        var found: Int
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else { return print("scan-bench APUS [ROUNDS]") }
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 9 : 9
        let lab = try await ScanLab()
        for job in jobs(arguments[1], ports: lab.open.count) {
            var samples: [String: [Sample]] = [:]
            for round in 0..<rounds {
                let order = round % 2 == 0 ? job.parties : job.parties.reversed()
                for party in order where Program.find(party.program) != nil {
                    samples[party.name, default: []].append(try await measure(party, in: lab.scanner))
                }
            }
            print("\n\(job.name) (\(job.truth) to find), medians of \(rounds) interleaved rounds")
            let control = (samples["apus again"] ?? []).map(\.wall)
            for party in job.parties {
                let got = samples[party.name] ?? []
                guard !got.isEmpty else {
                    print("  \(party.name): not installed")
                    continue
                }
                let wall = Statistics.median(got.map(\.wall))
                var line =
                    "  \(party.name): \(text(wall)) s, \(text(Statistics.median(got.map(\.processor)))) CPU s, found "
                line += got.map { "\($0.found)" }.joined(separator: " ")
                if !control.isEmpty { line += ", wall × \(text(wall / Statistics.median(control)))" }
                print(line)
            }
        }
    }

    private static func jobs(_ apus: String, ports: Int) -> [Job] {
        func own(_ words: String, _ found: String = "open") -> [Party] {
            ["apus", "apus again"].map {
                Party(
                    name: $0, program: apus, arguments: ["scan"] + words.split(separator: " ").map(String.init),
                    found: found)
            }
        }
        func peer(_ name: String, _ words: String, _ found: String = "open") -> Party {
            Party(
                name: name, program: String(name.prefix { $0 != " " }),
                arguments: words.split(separator: " ").map(String.init), found: found)
        }
        return [
            Job(
                name: "SYN, 65,535 ports of one host", truth: ports,
                parties: own("-n -sS -p1-65535 10.8.0.2", "/tcp open") + [
                    peer("nmap -sS", "-n -Pn -sS -p1-65535 10.8.0.2", "/tcp"),
                    peer("nmap -sT", "-n -Pn -sT -p1-65535 10.8.0.2", "/tcp"),
                    peer("masscan", "-p1-65535 10.8.0.2 --rate 10000000 --wait 2 -e eth0 --router-ip 10.8.0.2"),
                ]),
            Job(
                name: "connect, 65,535 ports of one host", truth: ports,
                parties: own("-n -sT -p1-65535 10.8.0.2", "/tcp open") + [
                    peer("nmap -sT", "-n -Pn -sT -p1-65535 10.8.0.2", "/tcp")
                ]),
            Job(
                name: "SYN, one port of a /16", truth: 32_768,
                parties: own("-n -Pn -p80 --open -oG - 10.9.0.0/16", "/open/") + [
                    peer("zmap", "-p80 10.9.0.0/16 -b /dev/null -i eth0 -r 0 -c 2 -q -o -", "10.9."),
                    peer("masscan", "-p80 10.9.0.0/16 --rate 10000000 --wait 2 -e eth0 --router-ip 10.8.0.2"),
                ]),
            Job(
                name: "SYN, one port of a /12", truth: 524_288,
                parties: own("-n -Pn -p80 --open -oG - 10.16.0.0/12", "/open/") + [
                    peer("zmap", "-p80 10.16.0.0/12 -b /dev/null -i eth0 -r 0 -c 2 -q -o -", "10.")
                ]),
            Job(
                name: "one SYN to each of 2^20 addresses into a sink", truth: 0,
                parties: own("-n -Pn -p80 --open --max-retries 0 10.32.0.0/12", "/open/")),
            Job(
                name: "FIN, 2,000 ports, 100 of them filtered", truth: 0,
                parties: own("-n -sF -p20050-21999,30000-30049 10.8.0.2", "/tcp open")),
            Job(
                name: "ARP, a /24", truth: 5,
                parties: own("-n -sn 10.8.0.0/24", "Host is up") + [
                    peer("nmap -sn", "-n -sn 10.8.0.0/24", "Host is up")
                ]),
        ]
    }

    /// Runs a party by the shell that tells its times; whatever it returns, what it found is counted.
    private static func measure(_ party: Party, in place: Namespace) async throws -> Sample {
        var options = Process.Options()
        options.namespace = place.name
        let script = "TIMEFORMAT='times %R %U %S'; time \"$@\" | grep -c -- '\(party.found)'"
        let result = try await Command.run(
            "bash", ["-c", script, "bash", party.program] + party.arguments, options: options, within: .seconds(180))
        let words = result.errors.split(whereSeparator: \.isNewline).last { $0.hasPrefix("times ") }?.split(
            separator: " ")
        guard let words, words.count == 4, let wall = Double(words[1]), let user = Double(words[2]),
            let system = Double(words[3])
        else { throw LabError.tooSlow("times of \(party.name), which wrote \(result.errors.suffix(200))") }
        let found = Int(result.output.split(whereSeparator: \.isNewline).first ?? "") ?? -1
        return Sample(wall: wall, processor: user + system, found: found)
    }

    private static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
