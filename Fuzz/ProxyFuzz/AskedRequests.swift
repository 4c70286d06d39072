import Hostile

/// The requests in a client's octets as an independent reader finds them, to hold against what reaches backends.
///
/// Backends may see each of them, more than once when it is tried again, in order, and nothing else: what is more was
/// smuggled.
struct AskedRequests {
    private var asked: [SeenRequest] = []
    /// Whether anything may follow, since the reader is stricter about versions than the proxy (RFC 9110, 2.5).
    private var isOpen = false
    private var next = 0

    init(_ octets: [UInt8]) {
        var rest = octets
        while true {
            // One empty line may stand before a request (RFC 9112, 2.2).
            if rest.starts(with: [0x0D, 0x0A]) { rest.removeFirst(2) }
            switch SeenRequest.read(rest) {
            case .whole(let request, let count):
                asked.append(request)
                rest.removeFirst(count)
            case .fault(let fault):
                isOpen = fault.hasPrefix("the version HTTP/1.")
                return
            // A request without its end never arrives whole.
            case .head, .incomplete: return
            }
        }
    }

    /// Takes a whole request that has reached a backend; false when nobody asked for it.
    mutating func take(_ request: SeenRequest) -> Bool {
        for index in max(0, next - 1)..<max(next, asked.count) where Self.isSame(asked[index], request) {
            next = index + 1
            return true
        }
        return isOpen
    }

    private static func isSame(_ asked: SeenRequest, _ seen: SeenRequest) -> Bool {
        // An absolute target loses its authority on the way (RFC 9112, 3.2.2).
        let isAbsolute = asked.target.lowercased().hasPrefix("http")
        return asked.method == seen.method && asked.body == seen.body && (isAbsolute || asked.target == seen.target)
    }
}
