import FoundationEssentials
import PortScanner
import Wire

/// How a scan that was ended goes on with the files that it had begun.
struct ScanContinuation {
    private let targets: TargetSet
    private let place: Int

    /// Targets before `place` are done.
    init(_ targets: TargetSet, from place: Int) { (self.targets, self.place) = (targets, place) }

    /// Brings a report to where hosts can be added: its foot goes, and with it the hosts that are told of once more.
    ///
    /// Whether there is such a report; a file of anything else is refused and left alone.
    func cut(_ path: String, _ format: ReportFormat) throws(Failure) -> Bool {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return false }
        let text = String(decoding: data, as: UTF8.self)
        let kept: String? =
            switch format {
            case .xml: xml(text)
            case .normal: normal(text)
            case .grepable: grepable(text)
            case .json: json(text)
            case .csv: csv(text)
            }
        guard let kept else {
            throw Failure(.noInput, "\(path) is no report that this scan can go on with; move it away")
        }
        do {
            try Data(kept.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch { throw Failure(.cannotCreate, "cannot write \(path): \(error)") }
        return true
    }

    private func xml(_ text: String) -> String? {
        guard text.hasPrefix("<?xml"), text.contains("<nmaprun ") else { return nil }
        let foot = text.firstRange(of: "<runstats>")?.lowerBound ?? text.endIndex
        var hosts: [Range<String.Index>] = []
        var rest = text[..<foot]
        while let start = rest.firstRange(of: "<host starttime="), let end = rest.firstRange(of: "</host>\n") {
            guard start.lowerBound < end.lowerBound else { break }
            hosts.append(start.lowerBound..<end.upperBound)
            rest = rest[end.upperBound...]
        }
        var kept = String(text[..<(hosts.first?.lowerBound ?? foot)])
        for host in hosts
        where text[host].firstRange(of: "<address addr=\"").map({
            isDone(text[$0.upperBound..<host.upperBound].prefix { $0 != "\"" })
        }) ?? false {
            kept += text[host]
        }
        return kept
    }

    /// Hosts are parted by empty lines; of the lines of comment the first is the head.
    private func normal(_ text: String) -> String? {
        guard text.hasPrefix("# Apus ") else { return nil }
        var kept = ""
        var isKept = true
        for line in lines(text) {
            if line.hasPrefix("# ") {
                if kept.isEmpty { kept += line }
                isKept = false
                continue
            }
            if line.hasPrefix("Scan report for "), let word = line.split(separator: " ").last {
                isKept = isDone(word.trimmed(["(", ")", "\n"]))
            }
            if isKept { kept += line }
        }
        return kept
    }

    private func grepable(_ text: String) -> String? {
        guard text.hasPrefix("# Nmap-compatible output of Apus ") else { return nil }
        return lines(text).filter { line in
            if line.hasPrefix("# ") { return !line.hasPrefix("# Apus done ") }
            let words = line.split(separator: " ", maxSplits: 2)
            return words.count > 1 && words[0] == "Host:" && isDone(words[1])
        }.joined()
    }

    private func json(_ text: String) -> String? {
        guard text.hasPrefix("{\"type\":\"scan\"") else { return nil }
        let head = "{\"type\":\"host\",\"address\":\""
        return lines(text).filter { line in
            line.hasPrefix("{\"type\":\"scan\"")
                || line.hasPrefix(head) && line.hasSuffix("}\n")
                    && isDone(line.dropFirst(head.count).prefix { $0 != "\"" })
        }.joined()
    }

    private func csv(_ text: String) -> String? {
        let lines = lines(text)
        guard let head = lines.first, head.hasPrefix("address,name,status,") else { return nil }
        return head + lines.dropFirst().filter { isDone($0.prefix { $0 != "," }) }.joined()
    }

    /// Lines with their ends, but for a last one that has none.
    private func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        for place in text.indices where text[place].isNewline {
            let next = text.index(after: place)
            lines.append(text[start..<next])
            start = next
        }
        return lines
    }

    private func isDone(_ word: Substring) -> Bool {
        let parts = word.split(separator: "%", maxSplits: 1)
        guard let text = parts.first.map(String.init) else { return false }
        if let address = IPv4Address(text) { return targets.index(of: .ipv4(address)).map { $0 < place } ?? false }
        guard let address = IPv6Address(text) else { return false }
        let zone = parts.count > 1 ? UInt32(parts[1]) ?? 0 : 0
        // nmap's XML does not tell zones; such hosts of a link stay.
        return targets.index(of: .ipv6(address, zone: zone)).map { $0 < place } ?? true
    }
}

extension Substring {
    fileprivate func trimmed(_ characters: Set<Character>) -> Substring {
        var rest = self
        while let first = rest.first, characters.contains(first) { rest = rest.dropFirst() }
        while let last = rest.last, characters.contains(last) { rest = rest.dropLast() }
        return rest
    }
}
