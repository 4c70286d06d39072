import Lab
import PortScanner
import Testing
import Wire

/// Our syntax beside nmap's own reading of it, for generated specifications.
@Suite("Syntax, differentially")
struct SyntaxDifferentialTests {
    /// Targets, at most a few thousand addresses each.
    private static func target(_ random: inout Seeded) -> String {
        func number() -> Int { [0, 1, 7, 99, 100, 200, 254, 255].randomElement(using: &random) ?? 0 }
        func octet(_ isSmall: Bool) -> String {
            switch Int.random(in: 0..<(isSmall ? 4 : 8), using: &random) {
            case 0, 1: return "\(number())"
            case 2: return "0\(Int.random(in: 0...9, using: &random))"
            case 3: return "\(number()),\(number())"
            case 4:
                let (low, high) = (number(), number())
                return "\(low)-\(high)"
            case 5: return "250-"
            case 6: return "-3"
            default: return "*"
            }
        }
        var text = "\(octet(true)).\(octet(true)).\(octet(Bool.random(using: &random))).\(octet(false))"
        switch Int.random(in: 0..<12, using: &random) {
        case 0: text += "/\(Int.random(in: 22...34, using: &random))"
        case 1: text = String(text.dropLast()) + "."
        case 2: text += ".1"
        case 3: text = text.split(separator: ".").map { "\($0)" }.joined(separator: "..")
        case 4: text += ","
        default: break
        }
        return text
    }

    @Test func `thousands of targets stand for the addresses that nmap lists`() async throws {
        var random = Seeded(state: 20_261_126)
        let words = (0..<3000).map { _ in Self.target(&random) }
        // One run of nmap for each would take an hour: those that both take go into lists, and are compared as a whole.
        var accepted: [String] = []
        var refused: [String] = []
        for word in words {
            if let specification = try? TargetSpecification(word), specification.name == nil {
                accepted.append(word)
            } else {
                refused.append(word)
            }
        }
        #expect(accepted.count > 1500 && refused.count > 200)
        for start in stride(from: 0, to: accepted.count, by: 50) {
            let part = Array(accepted[start..<min(start + 50, accepted.count)])
            var builder = TargetSetBuilder()
            for word in part { try TargetSpecification(word).include(in: &builder) }
            let ours = Set(builder.finish().map(\.description))
            let folder = try TemporaryFolder("list")
            let file = try folder.write(part.joined(separator: "\n") + "\n", to: "list")
            let result = try await Command.run("nmap", ["-sL", "-n", "-iL", file], within: .seconds(120))
            #expect(
                !result.errors.contains("Failed to resolve") && !result.errors.contains("llegal"),
                "\(result.errors.prefix(300))")
            let theirs = Set(
                result.output.split(separator: "\n").compactMap { line -> String? in
                    line.hasPrefix("Nmap scan report for ") ? String(line.dropFirst(21)) : nil
                })
            #expect(
                ours == theirs,
                "\(part): ours only \(ours.subtracting(theirs).prefix(5)), theirs only \(theirs.subtracting(ours).prefix(5))"
            )
        }
        // What we refuse nmap does not take for addresses, either: it says so, or tries to resolve it.
        // But a prefix longer than an address: it takes 33 bits for 32.
        for word in refused.filter({ !$0.hasSuffix("/33") }).prefix(60) {
            let result = try await Command.run("nmap", ["-sL", "-n", "--", word])
            #expect(
                !result.output.contains("Nmap scan report for") || !result.exit.isSuccess, "\(word): \(result.output)")
        }
    }

    @Test func `hundreds of port lists stand for the ports that nmap takes`() async throws {
        var random = Seeded(state: 7)
        func number() -> Int {
            [0, 1, 2, 21, 80, 1023, 1024, 65_534, 65_535, 65_536].randomElement(using: &random) ?? 0
        }
        func item() -> String {
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1, 2: return "\(number())"
            case 3, 4:
                let (low, high) = (number(), number())
                return Bool.random(using: &random) ? "\(min(low, high))-\(max(low, high))" : "\(low)-\(high)"
            case 5: return "-\(number())"
            case 6: return "\(number())-"
            case 7: return ["T:", "U:", "T:80,U:", "X:"].randomElement(using: &random).map { "\($0)\(number())" } ?? ""
            default: return ["-", "", "1-2-3", "a", "%"].randomElement(using: &random) ?? ""
            }
        }
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in item() }.joined(separator: ",")
            guard text != "a", !text.contains(",a"), !text.contains("a,") else { continue }
            let ours = try? PortSpecification(for: [.tcp, .udp]).read(text)
            let result = try await Command.run(
                "nmap",
                [
                    "-sS", "-sU", "-Pn", "-n", "--max-retries", "0", "-oX", "-", "-p\(text)", "--exclude", "127.0.0.1",
                    "127.0.0.1",
                ])
            guard result.exit.isSuccess, result.output.contains("<scaninfo") || result.output.contains("runstats")
            else {
                #expect(ours == nil, "\(text): nmap says \(result.errors.prefix(200))\(result.output.suffix(200))")
                continue
            }
            let theirs = ["tcp", "udp"].map { kind -> String in
                guard
                    let line = result.output.split(separator: "\n").first(where: {
                        $0.contains("<scaninfo") && $0.contains("protocol=\"\(kind)\"")
                    }),
                    let start = line.firstRange(of: " services=\"")?.upperBound
                else { return "" }
                return String(line[start...].prefix { $0 != "\"" })
            }
            #expect(
                ours.map { [$0.tcp.description, $0.udp.description] } == theirs, "\(text): \(result.errors.prefix(200))"
            )
        }
    }
}

/// A generator that gives the same for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
