import FoundationEssentials
import GRPCCore
import ServiceAPI

extension EtcdClient {
    /// Reads keys in their order; linearizable.
    package func read(
        _ range: KeyRange, limit: Int = 0, keysOnly: Bool = false, at revision: Int64 = 0
    ) async throws(StoreError) -> StorePage {
        var request = Self.range(range)
        request.limit = Int64(limit)
        request.keysOnly = keysOnly
        request.revision = revision
        let message = request
        return try await call(isRepeatable: true) { client, options, _ in
            let answer = try await Etcdserverpb_KV.Client(wrapping: client).range(message, options: options)
            return StorePage(
                entries: answer.kvs.map(StoreEntry.init), hasMore: answer.more,
                revision: revision == 0 ? answer.header.revision : revision)
        }
    }

    /// How many keys there are in a range; linearizable.
    package func count(_ range: KeyRange) async throws(StoreError) -> Int {
        var request = Self.range(range)
        request.countOnly = true
        let message = request
        return try await call(isRepeatable: true) { client, options, _ in
            Int(try await Etcdserverpb_KV.Client(wrapping: client).range(message, options: options).count)
        }
    }

    /// Makes a transaction's changes if its conditions hold.
    package func transact(_ transaction: StoreTransaction) async throws(StoreError) -> StoreOutcome {
        precondition(
            max(transaction.changes.count + transaction.reads.count, transaction.conditions.count)
                < StoreTransaction.operationLimit, "a transaction has fewer than 128 operations")
        let message = Self.message(transaction)
        let isRepeatable = transaction.witness != nil || transaction.changes.isEmpty
        return try await call(isRepeatable: isRepeatable) { client, options, mayBeDone in
            let answer = try await Etcdserverpb_KV.Client(wrapping: client).txn(message, options: options)
            let pages = answer.responses.compactMap { response in
                if case .responseRange(let range) = response.response { range.kvs.map(StoreEntry.init) } else { nil }
            }
            var outcome = StoreOutcome(
                isDone: answer.succeeded, revision: answer.header.revision,
                reads: Array(pages.prefix(transaction.reads.count)))
            // The conditions fail because of what an earlier attempt has done.
            if !outcome.isDone, mayBeDone, let witness = transaction.witness,
                let found = pages.last?.first, found.value == witness.value
            {
                outcome = StoreOutcome(isDone: true, revision: found.modRevision, reads: outcome.reads)
            }
            return outcome
        }
    }

    private static func message(_ transaction: StoreTransaction) -> Etcdserverpb_TxnRequest {
        var message = Etcdserverpb_TxnRequest()
        message.compare = transaction.conditions.map(compare)
        message.success = transaction.changes.map(operation) + transaction.reads.map(reading)
        message.failure = transaction.reads.map(reading)
        if let witness = transaction.witness { message.failure.append(reading(KeyRange(witness.key))) }
        return message
    }

    private static func compare(_ condition: StoreTransaction.Condition) -> Etcdserverpb_Compare {
        var compare = Etcdserverpb_Compare()
        switch condition {
        case .absent(let range):
            compare.key = Data(range.first.utf8)
            compare.rangeEnd = Data((range.end ?? "").utf8)
            compare.target = .create
            compare.result = .equal
            compare.createRevision = 0
        case .present(let key):
            compare.key = Data(key.utf8)
            compare.target = .create
            compare.result = .greater
            compare.createRevision = 0
        case .unchanged(let key, let revision):
            compare.key = Data(key.utf8)
            compare.target = .mod
            compare.result = .equal
            compare.modRevision = revision
        case .holds(let key, let value):
            compare.key = Data(key.utf8)
            compare.target = .value
            compare.result = .equal
            compare.value = Data(value)
        }
        return compare
    }

    private static func operation(_ change: StoreTransaction.Change) -> Etcdserverpb_RequestOp {
        var operation = Etcdserverpb_RequestOp()
        switch change {
        case .put(let key, let value, let lease):
            var put = Etcdserverpb_PutRequest()
            put.key = Data(key.utf8)
            put.value = Data(value)
            put.lease = lease
            operation.requestPut = put
        case .remove(let range):
            var remove = Etcdserverpb_DeleteRangeRequest()
            remove.key = Data(range.first.utf8)
            remove.rangeEnd = Data((range.end ?? "").utf8)
            operation.requestDeleteRange = remove
        }
        return operation
    }

    private static func reading(_ range: KeyRange) -> Etcdserverpb_RequestOp {
        var operation = Etcdserverpb_RequestOp()
        operation.requestRange = self.range(range)
        return operation
    }

    private static func range(_ range: KeyRange) -> Etcdserverpb_RangeRequest {
        var request = Etcdserverpb_RangeRequest()
        request.key = Data(range.first.utf8)
        request.rangeEnd = Data((range.end ?? "").utf8)
        return request
    }
}

extension StoreEntry {
    init(_ message: Mvccpb_KeyValue) {
        self.init(
            key: String(decoding: message.key, as: UTF8.self), value: Array(message.value),
            createRevision: message.createRevision, modRevision: message.modRevision)
    }
}
