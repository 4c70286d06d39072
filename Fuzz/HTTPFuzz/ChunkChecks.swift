import Hostile
import LoadBalancer

/// What comes of a chunked body, however it is cut.
private struct ChunkOutcome: Equatable {
    var data: [UInt8] = []
    var end: Int?
    var reason: Reason?
}

/// A chunked body means the same whole and in pieces, and what a reader that shares no code takes it for.
func fuzzChunks(_ input: [UInt8]) {
    guard let cut = input.first else { return }
    let octets = Array(input.dropFirst())
    let whole = read(octets, piece: max(1, octets.count))
    for piece in [1, 2, Int(cut % 61) + 1] {
        hold(read(octets, piece: piece) == whole, "pieces of \(piece) mean what the whole means")
    }
    let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    switch SeenRequest.read(head + octets) {
    case .whole(let seen, let count):
        // Ours alone bounds extensions and trailers.
        if whole.reason == .chunkExtension || whole.reason == .trailer {
            hold(octets.count > 256, "a body within the limits is taken")
        } else {
            hold(
                whole.end.map { head.count + $0 } == count && seen.body == whole.data, "both find one end, and one body"
            )
        }
    case .head, .incomplete: hold(whole.end == nil, "an end that nobody else sees")
    case .fault(let fault): hold(whole.reason != nil, "accepted: \(fault)")
    }
}

private func read(_ octets: [UInt8], piece: Int) -> ChunkOutcome {
    var reader = ChunkReader()
    var outcome = ChunkOutcome()
    var start = 0
    while start < octets.count {
        let part = Array(octets[start..<min(octets.count, start + piece)])
        var position = 0
        reading: while true {
            let before = position
            switch reader.next(part.span, &position) {
            case .data(let range):
                hold(range.lowerBound >= before && range.upperBound == position, "data is what was passed over")
                outcome.data += part[range]
            case .needsMore:
                hold(position == part.count, "all octets are used up")
                break reading
            case .end:
                outcome.end = start + position
                return outcome
            case .malformed(let reason):
                outcome.reason = reason
                return outcome
            }
        }
        start += part.count
    }
    return outcome
}
