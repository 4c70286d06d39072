import FoundationEssentials
import PortScanner
import Wire

/// How a scan that was ended goes on with the files that it had begun.
struct ScanContinuation {
    private let targets: TargetSet
    private let place: Int

    /// Nil if nothing was done before.
    init?(_ targets: TargetSet, from place: Int) {
        guard place > 0 else { return nil }
        (self.targets, self.place) = (targets, place)
    }

    /// Brings an XML report to where hosts can be added: its foot goes, and with it the hosts that are scanned once more.
    ///
    /// Whether there is such a report; a file of anything else is refused and left alone.
    func cut(_ path: String) throws(Failure) -> Bool {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return false }
        let text = String(decoding: data, as: UTF8.self)
        let foot = text.firstRange(of: "<runstats>")?.lowerBound ?? text.endIndex
        let hosts = Self.hosts(text[..<foot])
        guard text.hasPrefix("<?xml"), text.contains("<nmaprun ") else {
            throw Failure(.noInput, "\(path) is no report that this scan can go on with; move it away")
        }
        var kept = String(text[..<(hosts.first?.lowerBound ?? foot)])
        for host in hosts where isDone(text[host]) { kept += text[host] }
        do {
            try Data(kept.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch { throw Failure(.cannotCreate, "cannot write \(path): \(error)") }
        return true
    }

    /// Where the hosts that are whole stand.
    private static func hosts(_ text: Substring) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var rest = text
        while let start = rest.firstRange(of: "<host starttime="), let end = rest.firstRange(of: "</host>\n") {
            guard start.lowerBound < end.lowerBound else { break }
            found.append(start.lowerBound..<end.upperBound)
            rest = rest[end.upperBound...]
        }
        return found
    }

    private func isDone(_ host: Substring) -> Bool {
        guard let start = host.firstRange(of: "<address addr=\"")?.upperBound else { return false }
        let word = String(host[start...].prefix { $0 != "\"" })
        if let address = IPv4Address(word) { return targets.index(of: .ipv4(address)).map { $0 < place } ?? false }
        guard let address = IPv6Address(word) else { return false }
        // A report does not tell zones; such hosts of a link stay.
        return targets.index(of: .ipv6(address, zone: 0)).map { $0 < place } ?? true
    }
}
