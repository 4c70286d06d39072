import Glibc
import Lab

/// Port scanners beside each other in the laboratory: time, processor time, and what they found of what there is.
///
/// `scan-bench APUS [ROUNDS [WORD]]`; only jobs whose name has the word. Rounds are interleaved, and our own binary runs twice
/// in each for a control. The table is Markdown, as `Benchmarks/Results/scan.md` has it.
@main struct ScanBench {
    /// One way to do a job.
    struct Party {
        var name: String
        var program: String
        var arguments: [String]
        /// The lines of its output that tell how many it found (`grep -E`).
        var found: String
    }

    struct Job {
        var name: String
        /// How many there are to find.
        var truth: Int
        /// Questions of the job, without tries.
        var probes: Int
        var parties: [Party]
    }

    struct Sample {
        var wall: Double
        var processor: Double
        var found: Int
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else { return print("scan-bench APUS [ROUNDS [WORD]]") }
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 9 : 9
        let word = arguments.count > 3 ? arguments[3] : nil
        let lab = try await ScanLab()
        for job in jobs(arguments[1], ports: lab.open.count, router: try await hardwareAddress(lab.target))
        where word.map(job.name.contains) ?? true {
            var samples: [String: [Sample]] = [:]
            for round in 0..<rounds {
                let order = round % 2 == 0 ? job.parties : job.parties.reversed()
                for party in order where Program.find(party.program) != nil {
                    samples[party.name, default: []].append(try await measure(party, in: lab.scanner))
                }
            }
            print("\n### \(job.name): \(job.truth) to find\n")
            print("| | wall s | CPU s | µs CPU a probe | found, by round | wall against apus |")
            print("| --- | --- | --- | --- | --- | --- |")
            let control = (samples["apus again"] ?? []).map(\.wall)
            for party in job.parties {
                let got = samples[party.name] ?? []
                guard !got.isEmpty else {
                    print("| \(party.name) | not installed |")
                    continue
                }
                let wall = Statistics.median(got.map(\.wall))
                let processor = Statistics.median(got.map(\.processor))
                let found = got.map { "\($0.found)" }.joined(separator: " ")
                print(
                    "| \(party.name) | \(text(wall)) | \(text(processor)) | \(text(processor * 1e6 / Double(job.probes))) | "
                        + "\(found) | \(control.isEmpty ? "" : text(wall / Statistics.median(control))) |")
            }
            // Each table is there as soon as it is known, whatever takes it.
            _ = unsafe fflush(nil)
        }
    }

    /// zmap asks for the router of a default route alone, and there is none.
    private static func hardwareAddress(_ place: Namespace) async throws -> String {
        let words = try await place.run("ip", ["-o", "link", "show", "eth0"]).split(whereSeparator: \.isWhitespace)
        return words.firstIndex(of: "link/ether").map { String(words[$0 + 1]) } ?? ""
    }

    private static let sink =
        "-n -Pn -p80 --open --max-retries 0 --min-rate 100000000 --initial-rtt-timeout 1ms --min-rtt-timeout 1ms"

    private static func jobs(_ apus: String, ports: Int, router: String) -> [Job] {
        func own(_ words: String, _ found: String, as name: String) -> Party {
            Party(
                name: name, program: apus, arguments: ["scan"] + words.split(separator: " ").map(String.init),
                found: found)
        }
        func own(_ words: String, _ found: String = "open") -> [Party] {
            ["apus", "apus again"].map { own(words, found, as: $0) }
        }
        func peer(_ name: String, _ words: String, _ found: String = "open") -> Party {
            Party(
                name: name, program: String(name.prefix { $0 != " " }),
                arguments: words.split(separator: " ").map(String.init), found: found)
        }
        return [
            Job(
                name: "SYN, 65,535 ports of one host", truth: ports, probes: 65_535,
                parties: own("-n -sS -p1-65535 10.8.0.2", "/tcp +open ") + [
                    own("-n -sS --no-tx-ring -p1-65535 10.8.0.2", "/tcp +open ", as: "apus --no-tx-ring"),
                    peer("nmap -sS", "-n -Pn -sS -p1-65535 10.8.0.2", "/tcp +open "),
                    peer("nmap -sT", "-n -Pn -sT -p1-65535 10.8.0.2", "/tcp +open "),
                    peer("masscan", "-p1-65535 10.8.0.2 --rate 10000000 --wait 2 -e eth0 --router-ip 10.8.0.2"),
                ]),
            Job(
                name: "connect, 65,535 ports of one host", truth: ports, probes: 65_535,
                parties: own("-n -sT -p1-65535 10.8.0.2", "/tcp +open ") + [
                    peer("nmap -sT", "-n -Pn -sT -p1-65535 10.8.0.2", "/tcp +open "),
                    peer("nmap -sT -T5", "-n -Pn -sT -T5 -p1-65535 10.8.0.2", "/tcp +open "),
                ]),
            Job(
                name: "SYN, one port of a /16", truth: 32_768, probes: 65_536,
                parties: own("-n -Pn -p80 --open -oG - 10.9.0.0/16", "/open/") + [
                    peer("zmap", "-p80 10.9.0.0/16 -b /dev/null -i eth0 -r 0 -c 2 -q -o - -G \(router)", "10.9."),
                    peer("masscan", "-p80 10.9.0.0/16 --rate 10000000 --wait 2 -e eth0 --router-ip 10.8.0.2"),
                ]),
            Job(
                name: "SYN, one port of a /12", truth: 524_288, probes: 1 << 20,
                parties: own("-n -Pn -p80 --open -oG - 10.16.0.0/12", "/open/") + [
                    peer("zmap", "-p80 10.16.0.0/12 -b /dev/null -i eth0 -r 0 -c 2 -q -o - -G \(router)", "10.")
                ]),
            Job(
                // The wait for answers that never come is cut short: the job is to send.
                name: "one SYN to each of 2^20 addresses into a sink", truth: 0, probes: 1 << 20,
                parties: own("\(Self.sink) 10.32.0.0/12", "/open/") + [
                    own("\(Self.sink) --no-tx-ring 10.32.0.0/12", "/open/", as: "apus --no-tx-ring"),
                    peer(
                        "masscan", "-p80 10.32.0.0/12 --rate 100000000 --wait 0 -e sink0 --router-mac 02-00-00-00-00-99"
                    ),
                    peer(
                        "zmap", "-p80 10.32.0.0/12 -b /dev/null -i sink0 -r 0 -c 0 -q -o - -G 02:00:00:00:00:99", "10."),
                ]),
            Job(
                name: "FIN, 2,000 ports, 100 of them filtered", truth: 0, probes: 2_000,
                parties: own("-n -sF -p20050-21999,30000-30049 10.8.0.2", "/tcp +open ")),
            Job(
                name: "null, 2,000 ports, 100 of them filtered", truth: 0, probes: 2_000,
                parties: own("-n -sN -p20050-21999,30000-30049 10.8.0.2", "/tcp +open ")),
            Job(
                name: "Xmas, 2,000 ports, 100 of them filtered", truth: 0, probes: 2_000,
                parties: own("-n -sX -p20050-21999,30000-30049 10.8.0.2", "/tcp +open ")),
            Job(
                name: "ARP, a /24", truth: 5, probes: 256,
                parties: own("-n -sn 10.8.0.0/24", "Host is up") + [
                    peer("nmap -sn", "-n -sn 10.8.0.0/24", "Host is up")
                ]),
        ]
    }

    /// Runs a party by the shell that tells its times; whatever it returns, what it found is counted.
    private static func measure(_ party: Party, in place: Namespace) async throws -> Sample {
        var options = Process.Options()
        options.namespace = place.name
        let script = "TIMEFORMAT='times %3R %3U %3S'; time \"$@\" | grep -c -E -- '\(party.found)'"
        let result = try await Command.run(
            // One of the peers is known to wait for ever on a quiet link.
            "bash", ["-c", script, "bash", "timeout", "40", party.program] + party.arguments, options: options,
            within: .seconds(180))
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
