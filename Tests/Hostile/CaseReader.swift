import FoundationEssentials

/// Reads the files of cases; what it does not know is a mistake.
///
/// `Cases/README.md` says what the lines mean.
package struct CaseReader {
    /// A mistake in a file of cases.
    package struct Mistake: Error, CustomStringConvertible {
        package let description: String
    }

    /// All cases of a folder, in the order of their files and lines.
    package static func readAll(in folder: String) throws -> [Case] {
        var cases: [Case] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".case") {
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            cases += try read(text, file: String(name.dropLast(5)))
        }
        var names: Set<String> = []
        for item in cases where !names.insert(item.name).inserted {
            throw Mistake(description: "\(item.file):\(item.line): there are two cases '\(item.name)'")
        }
        return cases
    }

    /// The cases of one file.
    package static func read(_ text: String, file: String) throws -> [Case] {
        var cases: [Case] = []
        var current: Case?
        func finish() throws {
            guard let item = current else { return }
            if let fault = fault(of: item) {
                throw Mistake(description: "\(file):\(item.line): '\(item.name)': \(fault)")
            }
            cases.append(item)
            current = nil
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty {
                try finish()
                continue
            }
            if line.hasPrefix("#") { continue }
            let (key, value) = split(line)
            if key == "case" {
                guard current == nil else { throw Mistake(description: "\(file):\(index + 1): no empty line before") }
                current = Case(name: String(value), file: file, line: index + 1)
                continue
            }
            guard var item = current else { throw Mistake(description: "\(file):\(index + 1): outside of a case") }
            do { try add(key, value, to: &item) } catch let error as Mistake {
                throw Mistake(description: "\(file):\(index + 1): \(error.description)")
            } catch let error as Escapes.Fault {
                throw Mistake(description: "\(file):\(index + 1): \(error.text)")
            }
            current = item
        }
        try finish()
        return cases
    }

    private static func split(_ line: Substring) -> (Substring, Substring) {
        guard let colon = line.firstIndex(of: ":"), line.first != ">", line.first != "<" else {
            let end = line.firstIndex(of: " ") ?? line.endIndex
            return (line[..<end], line[end...].dropFirst())
        }
        return (line[..<colon], line[line.index(after: colon)...].drop { $0 == " " })
    }

    private static func add(_ key: Substring, _ value: Substring, to item: inout Case) throws {
        switch key {
        case "must", "may":
            guard item.rule.isEmpty, let colon = value.firstRange(of: ": ") else {
                throw Mistake(description: "one rule, as in 'RFC 9112, 5.1: what it says'")
            }
            item.level = key == "must" ? .must : .may
            item.source = String(value[..<colon.lowerBound])
            item.rule = String(value[colon.upperBound...])
        case ">": append(.octets(try Escapes.read(value)), to: &item.client)
        case ">wait": item.client.append(.wait(milliseconds: try number(value)))
        case ">until": item.client.append(.until(try Escapes.read(value)))
        case ">end": item.client.append(.end)
        case "<":
            var steps = item.backend ?? []
            append(.octets(try Escapes.read(value)), to: &steps)
            item.backend = steps
        case "<wait": item.backend = (item.backend ?? []) + [.wait(milliseconds: try number(value))]
        case "<close": item.backend = (item.backend ?? []) + [.close]
        case "<reset": item.backend = (item.backend ?? []) + [.reset]
        case "<silent": item.backend = []
        case "whole": item.isWhole = true
        case "early": item.isEarly = true
        case "spent": item.isSpent = true
        case "refused", "late", "fault":
            let words = value.split(separator: " ")
            guard words.count == 2, let status = Int(words[0]) else { throw Mistake(description: "STATUS REASON") }
            let reason = String(words[1])
            switch key {
            case "refused": item.outcome = .refused(status: status, reason: reason)
            case "late": item.outcome = .refusedLate(status: status, reason: reason)
            default: item.outcome = .faulted(status: status, reason: reason)
            }
        case "cut": item.outcome = .cut
        case "dropped": item.outcome = .dropped
        case "answered": item.outcome = .answered
        case "request":
            let words = value.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3 else { throw Mistake(description: "METHOD TARGET HOST, or '' for an empty host") }
            item.requests.append(
                Case.Request(
                    method: String(words[0]), target: String(words[1]), host: words[2] == "''" ? "" : String(words[2])))
        case "body", "has", "lacks":
            guard !item.requests.isEmpty else { throw Mistake(description: "'\(key)' without a request") }
            let last = item.requests.count - 1
            switch key {
            case "body": item.requests[last].body = try Escapes.read(value)
            case "has": item.requests[last].has.append(String(value))
            default: item.requests[last].lacks.append(value.lowercased())
            }
        case "answer":
            guard let status = Int(value) else { throw Mistake(description: "a status") }
            item.answers.append(Case.Answer(status: status))
        case "answer-body", "answer-has", "answer-lacks":
            guard !item.answers.isEmpty else { throw Mistake(description: "'\(key)' without an answer") }
            let last = item.answers.count - 1
            switch key {
            case "answer-body": item.answers[last].body = try Escapes.read(value)
            case "answer-has": item.answers[last].has.append(String(value))
            default: item.answers[last].lacks.append(value.lowercased())
            }
        case "closes": item.closes = true
        case "stays": item.closes = false
        case "tunnel": item.tunnel = try Escapes.read(value)
        case "or-forward-and-close": item.mayForwardAndClose = true
        default: throw Mistake(description: "unknown line '\(key)'")
        }
    }

    private static func number(_ value: Substring) throws -> Int {
        guard let number = Int(value), (1...10_000).contains(number) else { throw Mistake(description: "milliseconds") }
        return number
    }

    /// Lines of octets that follow each other are one piece.
    private static func append(_ step: Case.Step, to steps: inout [Case.Step]) {
        if case .octets(let more) = step, case .octets(let octets)? = steps.last {
            steps[steps.count - 1] = .octets(octets + more)
        } else {
            steps.append(step)
        }
    }

    private static func fault(of item: Case) -> String? {
        if item.rule.isEmpty { return "no rule" }
        if !item.source.hasPrefix("RFC ") || !item.source.contains(", ") { return "a rule stands in an RFC's section" }
        if item.client.isEmpty { return "nothing is sent" }
        switch item.outcome {
        case .forwarded:
            if item.requests.isEmpty || item.answers.isEmpty { return "a request and an answer are expected" }
        case .answered: if item.answers.isEmpty { return "an answer is expected" }
        case .refused: break
        case .refusedLate: break
        case .faulted, .cut: if item.requests.isEmpty { return "a request is expected" }
        case .dropped: break
        }
        return nil
    }
}
