import Hostile
import LoadBalancer

/// What a response's head promises: it ends where it ends, and what a client gets is strict and says the same.
func fuzzResponse(_ octets: [UInt8], toHead: Bool) {
    guard case .whole(let head) = ParsedHead.response(octets, toHead: toHead) else { return }
    hold(head.count <= octets.count && head.count <= 16 << 10, "a head lies in its octets and in the limit")
    for length in Set([0, 1, 12, head.count / 2, head.count - 2, head.count - 1]) where length < head.count {
        guard case .partial = ParsedHead.response(Array(octets.prefix(length)), toHead: toHead) else {
            fatalError("a head's beginning of \(length) octets waits for the rest")
        }
    }
    hold((100...599).contains(head.status), "a status has a class")
    checkRawResponse(head, Array(octets.prefix(head.count)), toHead: toHead)
    guard case .whole(let again) = ParsedHead.response(head.written, toHead: toHead, limits: .wide) else {
        fatalError("what is written is read")
    }
    hold(again.count == head.written.count && again.status == head.status, "the status stays, and the end")
    hold(again.body == (head.body == .untilClose ? .chunked : head.body), "the framing stays")
    var message = head.written
    switch again.body {
    case .chunked: message += Array("0\r\n\r\n".utf8)
    case .length(let count) where count <= 4096: message += Array(repeating: 0x78, count: count)
    default: break
    }
    switch SeenAnswer.read(message, isHead: toHead, hasEnded: false) {
    case .whole(let seen, let count):
        hold(seen.status == head.status && count == message.count, "a client sees the end where it is")
        for name in ["keep-alive", "proxy-connection", "te", "upgrade", "http2-settings"] {
            hold(!seen.names.contains(name), "a field for one hop: \(name)")
        }
    case .incomplete:
        guard case .length(4097...) = again.body else { fatalError("a client waits for what never comes") }
    case .fault(let fault): fatalError("a client gets: \(fault)")
    }
}

/// A reader that shares no code with the proxy's finds no fault but those that are mended in writing.
private func checkRawResponse(_ head: ParsedHead, _ raw: [UInt8], toHead: Bool) {
    guard case .fault(let fault) = SeenAnswer.read(raw, isHead: toHead, hasEnded: true) else { return }
    let hasCoding = head.fields.contains { lowercased($0.name) == "transfer-encoding" }
    let isMended =
        // A higher minor version is read as 1.1 (RFC 9110, 2.5), and its line was looked at before its digit was.
        raw[7] > 0x31 && fault == "no status line"
        // Equal lengths are written as one (RFC 9110, 8.6).
        || fault == "two ways of framing" && !hasCoding
        // Not written at all (RFC 9112, 6.1 and 9110, 7.6.1).
        || fault.hasPrefix("framing in a ") || fault.hasPrefix("a connection option of another hop")
        // Codings are compared without case (RFC 9112, 7).
        || hasCoding && fault.lowercased() == "the transfer coding '[\"chunked\"]'"
    hold(isMended, "accepted: \(fault)")
}
