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
    guard case .whole(let again) = ParsedHead.response(head.written, toHead: toHead) else {
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
