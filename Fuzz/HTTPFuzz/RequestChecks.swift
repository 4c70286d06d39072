import Hostile
import LoadBalancer

/// What a request's head promises: it ends where it ends, and its other form says the same, strictly.
func fuzzRequest(_ octets: [UInt8]) {
    guard case .whole(let head) = ParsedHead.request(octets) else { return }
    hold(head.count <= octets.count && head.count <= 16 << 10, "a head lies in its octets and in the limit")
    let raw = Array(octets.prefix(head.count))
    for length in Set([0, 1, raw.count / 3, raw.count / 2, raw.count - 2, raw.count - 1]) {
        guard case .partial = ParsedHead.request(Array(raw.prefix(length))) else {
            fatalError("a head's beginning of \(length) octets waits for the rest")
        }
    }
    checkRawRequest(raw)
    checkForwarded(head)
    checkWrittenRequest(head)
}

/// A reader that shares no code with the proxy's finds an end, one Host and one framing.
private func checkRawRequest(_ raw: [UInt8]) {
    let octets = raw.starts(with: [0x0D, 0x0A]) ? Array(raw.dropFirst(2)) : raw
    switch SeenRequest.read(octets) {
    case .whole(let seen, _), .head(let seen):
        for fault in ["more than one Host", "no Host", "Content-Length beside Transfer-Encoding"] {
            hold(!seen.faults.contains(fault), "accepted: \(fault)")
        }
    case .incomplete:
        // What a chunked body begins with is not there yet.
        hold(false, "accepted: a head without an end")
    case .fault(let fault):
        // A higher minor version is read as 1.1 (RFC 9110, 2.5).
        hold(fault.hasPrefix("the version HTTP/1."), "accepted: \(fault)")
    }
}

/// Fields that end at the proxy, or that it writes itself.
private let ownNames: Set<String> = [
    "connection", "content-length", "expect", "forwarded", "host", "http2-settings", "keep-alive", "proxy-connection",
    "te", "transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id",
]

/// End-to-end fields stand in the written head as they came, in order, right behind Host, and no others do.
private func checkForwarded(_ head: ParsedHead) {
    guard case .whole(let again) = ParsedHead.request(head.written, limits: .wide) else {
        fatalError("what is written is read")
    }
    let asksHops = head.method == Array("OPTIONS".utf8) || head.method == Array("TRACE".utf8)
    let nominated = nominatedNames(head)
    let passed = head.fields.filter { field in
        let name = lowercased(field.name)
        return !ownNames.contains(name) && !nominated.contains(name) && !(name == "max-forwards" && asksHops)
    }
    hold(again.fields.first.map { lowercased($0.name) } == "host", "Host comes first")
    let behind = again.fields.dropFirst()
    hold(behind.count >= passed.count + 5, "the proxy adds four fields, and drops none from end to end")
    for (field, copy) in zip(passed, behind) {
        hold(field.name == copy.name && field.value == copy.value, "a field passes as it came")
    }
    let added = behind.dropFirst(passed.count).map { lowercased($0.name) }
    hold(
        Array(added.prefix(5)) == ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-request-id", "via"],
        "then come the proxy's own: \(added)")
    let rest: Set = ["content-length", "transfer-encoding", "expect", "max-forwards", "connection", "upgrade"]
    hold(added.dropFirst(5).allSatisfy(rest.contains), "and what frames the message: \(added)")
}

/// The members of all Connection fields, in lower case, found by means of our own.
private func nominatedNames(_ head: ParsedHead) -> Set<String> {
    var names: Set<String> = []
    for field in head.fields where lowercased(field.name) == "connection" {
        for member in field.value.split(separator: 0x2C) {
            let trimmed = member.drop { $0 == 0x20 || $0 == 9 }.reversed().drop { $0 == 0x20 || $0 == 9 }.reversed()
            names.insert(lowercased(Array(trimmed)))
        }
    }
    return names
}

/// The head that goes to a backend is strict, says the same again, and is not changed by another writing of it.
private func checkWrittenRequest(_ head: ParsedHead) {
    guard case .whole(let again) = ParsedHead.request(head.written, limits: .wide) else {
        fatalError("what is written is read")
    }
    hold(again.count == head.written.count, "nothing stands behind the written head")
    hold(again.method == head.method && again.authority == head.authority, "method and authority stay")
    hold(again.body == head.body && again.minor == 1, "the framing stays, the version is ours")
    var message = head.written
    switch head.body {
    case .chunked: message += Array("0\r\n\r\n".utf8)
    case .length(let count) where count <= 4096: message += Array(repeating: 0x78, count: count)
    default: break
    }
    switch SeenRequest.read(message) {
    case .whole(let seen, let count):
        hold(seen.faults.isEmpty || head.method == Array("CONNECT".utf8), "a backend gets: \(seen.faults)")
        hold(count == message.count, "a backend sees the end where it is")
    case .head(let seen):
        hold(seen.faults.isEmpty, "a backend gets: \(seen.faults)")
        guard case .length(4097...) = head.body else { fatalError("a backend waits for a body that never comes") }
    case .incomplete: fatalError("a backend waits for a head that never ends")
    case .fault(let fault): fatalError("a backend gets: \(fault)")
    }
    if case .whole(let third) = ParsedHead.request(again.written, limits: .wide) {
        hold(third.method == head.method && third.target == again.target, "a second proxy of ours agrees")
        hold(third.authority == head.authority && third.body == head.body, "and about host and framing")
    } else {
        fatalError("what is written twice is read")
    }
}

func lowercased(_ octets: [UInt8]) -> String {
    String(decoding: octets.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}

extension Configuration.Limits {
    /// What is written may be larger than what was read, by the proxy's own fields.
    static var wide: Configuration.Limits {
        var limits = Configuration.Limits()
        limits.head += 32 << 10
        limits.target += 8
        limits.fields += 32
        return limits
    }
}
