import FoundationEssentials
import GRPCCore
import ServiceAPI
import Synchronization

extension EtcdClient {
    /// Tells of every change in a range after a revision, whatever members come and go meanwhile.
    ///
    /// `body` gets each revision's events at once, and no event twice. Ends by being cancelled; throws `.compacted` when the
    /// revision to go on from is forgotten, and `.refused` when etcd will not have it.
    package func watch(
        _ range: KeyRange, after revision: Int64, _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws(StoreError) {
        let progress = Progress(revision)
        var pause = Duration.milliseconds(20)
        while !Task.isCancelled {
            let index = current
            let before = progress.revision.load(ordering: .relaxed)
            count()
            do {
                let end = try await stream(range, of: try watched(index), progress, body)
                switch end {
                case .compacted(let revision): throw StoreError.compacted(revision)
                case .cancelled(let reason) where reason.contains("permission denied"):
                    throw StoreError.refused(reason)
                case .cancelled: break
                }
            } catch let error as StoreError {
                throw error
            } catch {
                switch EtcdFailure(error) {
                case .refused(let reason): throw .refused(reason)
                case .compacted: throw .compacted(0)
                case .notDone, .unknown: break
                }
            }
            leave(index)
            if !Task.isCancelled { countRestart() }
            if progress.revision.load(ordering: .relaxed) > before { pause = .milliseconds(20) }
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
            pause = min(pause * 2, .seconds(1))
        }
    }

    private enum End: Sendable {
        case compacted(Int64)
        case cancelled(String)
    }

    private func stream(
        _ range: KeyRange, of member: GRPCClient<Transport>, _ progress: Progress,
        _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws -> End {
        var create = Etcdserverpb_WatchCreateRequest()
        create.key = Data(range.first.utf8)
        create.rangeEnd = Data((range.end ?? "").utf8)
        create.startRevision = progress.revision.load(ordering: .relaxed) + 1
        create.progressNotify = true
        create.fragment = true
        var opening = Etcdserverpb_WatchRequest()
        opening.createRequest = create
        let first = opening
        progress.hear()
        var options = CallOptions.defaults
        options.maxResponseMessageBytes = 64 << 20
        return try await Etcdserverpb_Watch.Client(wrapping: member).watch(
            // Without a leader a member hears of nothing, and without this it would be silent about that.
            metadata: ["hasleader": "true"], options: options,
            requestProducer: { writer in
                try await writer.write(first)
                // A connection that is dead without saying so is told by its silence.
                while true {
                    try await Task.sleep(for: .seconds(5))
                    guard ContinuousClock.now - progress.lastHeard < .seconds(16) else {
                        throw RPCError(code: .unavailable, message: "the watch is silent")
                    }
                    var ask = Etcdserverpb_WatchRequest()
                    ask.progressRequest = Etcdserverpb_WatchProgressRequest()
                    try await writer.write(ask)
                }
            },
            onResponse: { response in
                var pending: [StoreEvent] = []
                for try await message in response.messages {
                    progress.hear()
                    if message.canceled {
                        return message.compactRevision > 0
                            ? .compacted(message.compactRevision) : .cancelled(message.cancelReason)
                    }
                    pending += message.events.map(StoreEvent.init)
                    if message.fragment { continue }
                    if let last = pending.last {
                        await body(StoreChanges(events: pending, revision: last.revision))
                        pending = []
                        progress.revision.store(last.revision, ordering: .relaxed)
                    } else if message.watchID == 0, !message.created {
                        // A notice of progress: up to here there was nothing for this watch. The answer to a request for one has
                        // another identifier, and may run ahead of events.
                        let revision = message.header.revision
                        if revision > progress.revision.load(ordering: .relaxed) {
                            progress.revision.store(revision, ordering: .relaxed)
                        }
                    }
                }
                return .cancelled("the stream ended")
            })
    }

    /// How far a watch has come, and when it was last heard of.
    private final class Progress: Sendable {
        let revision: Atomic<Int64>
        private let heard = Mutex(ContinuousClock.now)

        init(_ revision: Int64) { self.revision = Atomic(revision) }

        func hear() { heard.withLock { $0 = .now } }
        var lastHeard: ContinuousClock.Instant { heard.withLock { $0 } }
    }
}

extension StoreEvent {
    init(_ message: Mvccpb_Event) {
        self.init(
            key: String(decoding: message.kv.key, as: UTF8.self),
            value: message.type == .delete ? nil : Array(message.kv.value), revision: message.kv.modRevision)
    }
}
