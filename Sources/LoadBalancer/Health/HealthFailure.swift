import SystemPackage

/// Why a check failed, in words for an operator.
enum HealthFailure: Error, Equatable, CustomStringConvertible {
    /// Something of our own was missing: says nothing of the server.
    case local(String, Errno?)
    case connect(Errno)
    case handshake(Reason)
    case broken(String, Errno)
    case closed
    case notHTTP
    case status(Int, ClosedRange<Int>)
    case timeout(during: String)

    var description: String {
        switch self {
        case .local(let call, let code): "the check could not be made: \(call)\(code.map { ": \($0)" } ?? "")"
        case .connect(let code): "connecting: \(code)"
        case .handshake(let reason): "TLS: \(reason.code)"
        case .broken(let step, let code): "\(step): \(code)"
        case .closed: "closed before it answered"
        case .notHTTP: "the answer is not HTTP/1"
        case .status(let status, let expected):
            "status \(status), expected \(expected.lowerBound) to \(expected.upperBound)"
        case .timeout(let step): "no answer in time (\(step))"
        }
    }
}
