import Hostile

/// What a client got, as a strict reader takes it.
struct ClientView {
    let received: [UInt8]
    /// Whether the connection ended in good order behind it, so that it must be whole.
    let isEnded: Bool
    let mayHaveHeads: Bool

    func check() {
        var fault: String?
        if !isReadable(from: 0, &fault) { hold(false, "a client got \(fault ?? "a part of an answer")") }
    }

    /// Whether all from an offset on is answers; any of them may have no body if heads were asked for.
    private func isReadable(from start: Int, _ fault: inout String?) -> Bool {
        if start == received.count { return true }
        let rest = Array(received[start...])
        var first = 0
        for isHead in mayHaveHeads ? [false, true] : [false] {
            switch SeenAnswer.read(rest, isHead: isHead, hasEnded: isEnded) {
            case .whole(let answer, let count):
                if answer.status == 101 { return true }
                // Without a body there is but one way to read it.
                if count == first { continue }
                first = count
                if isReadable(from: start + count, &fault) { return true }
            case .incomplete: if !isEnded { return true }
            case .fault(let found): fault = found
            }
        }
        return false
    }
}
