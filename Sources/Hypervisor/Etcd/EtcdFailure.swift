import GRPCCore

/// What a failed call of etcd tells about whether it was done.
enum EtcdFailure: Equatable {
    /// It was not done; another member, or a later time, may be kinder.
    case notDone(String)
    /// It may have been done.
    case unknown(String)
    /// It was not done, and will not be.
    case refused(String)
    /// The revision that was asked for is forgotten.
    case compacted

    init(_ error: any Error) {
        guard let error = error as? RPCError else {
            self = error is CancellationError ? .unknown("cancelled") : .unknown("\(error)")
            return
        }
        let reason = "\(error.code): \(error.message)"
        switch error.code {
        case .unavailable:
            // Neither got as far as a proposal: the first were never sent, of the others etcd says so itself.
            let unsent = [
                "Channel isn't ready", "subchannel isn't ready", "subchannel is unavailable", "Subchannel shutdown",
                "channel is closed", "channel is shutdown", "Failed to resolve", "etcdserver: no leader",
                "etcdserver: unhealthy cluster",
            ]
            self = unsent.contains { error.message.hasPrefix($0) } ? .notDone(reason) : .unknown(reason)
        case .resourceExhausted where error.message.contains("too many requests"): self = .notDone(reason)
        case .outOfRange where error.message.contains("compacted"): self = .compacted
        case .deadlineExceeded, .cancelled, .internalError, .unknown, .aborted, .dataLoss: self = .unknown(reason)
        default: self = .refused(reason)
        }
    }
}
