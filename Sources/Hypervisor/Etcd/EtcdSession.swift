import GRPCCore
import ServiceAPI
import Synchronization

/// A lease of etcd, and what keeps it alive.
package final class EtcdSession: StoreSession {
    package let lease: Int64
    private let client: EtcdClient
    private let lifetime: Duration
    private let renewed = Mutex(ContinuousClock.now)

    init(_ client: EtcdClient, lease: Int64, lifetime: Duration) {
        (self.client, self.lease, self.lifetime) = (client, lease, lifetime)
    }

    /// Renews the lease at a third of its lifetime.
    ///
    /// It is lost when etcd says so, and when it was not renewed for its lifetime, since etcd may then have given its keys to others.
    package func keepAlive() async {
        while !Task.isCancelled {
            let begin = ContinuousClock.now
            // A renewal counts from when it was asked for: when etcd did it nobody knows.
            switch await renew() {
            case .renewed: renewed.withLock { $0 = begin }
            case .lost: return
            case .failed: break
            }
            guard ContinuousClock.now - renewed.withLock({ $0 }) < lifetime else { return }
            let isLate = ContinuousClock.now - renewed.withLock({ $0 }) > lifetime / 3
            do { try await Task.sleep(for: isLate ? lifetime / 20 : lifetime / 3) } catch { return }
        }
    }

    private enum Renewal { case renewed, lost, failed }

    private func renew() async -> Renewal {
        let lease = lease
        let index = client.current
        var request = Etcdserverpb_LeaseKeepAliveRequest()
        request.id = lease
        let message = request
        var options = CallOptions.defaults
        options.timeout = lifetime / 4
        options.waitForReady = false
        client.count()
        do {
            let left = try await Etcdserverpb_Lease.Client(wrapping: client.member(index)).leaseKeepAlive(
                options: options,
                requestProducer: { writer in
                    try await writer.write(message)
                },
                onResponse: { response in
                    for try await answer in response.messages { return answer.ttl }
                    return -1
                })
            if left > 0 { return .renewed }
            if left == 0 { return .lost }
        } catch {
            if case .refused = EtcdFailure(error) { return .lost }
        }
        client.leave(index)
        return .failed
    }

    package func close() async {
        var request = Etcdserverpb_LeaseRevokeRequest()
        request.id = lease
        let message = request
        _ = try? await client.call(isRepeatable: true) { client, options, _ in
            try await Etcdserverpb_Lease.Client(wrapping: client).leaseRevoke(message, options: options)
        }
    }
}

extension EtcdClient {
    /// Takes a lease of whole seconds, at least one.
    package func openSession(lifetime: Duration) async throws(StoreError) -> EtcdSession {
        var request = Etcdserverpb_LeaseGrantRequest()
        request.ttl = max(1, lifetime.components.seconds)
        let message = request
        // One that was granted and not heard of goes by itself.
        let answer = try await call(isRepeatable: true) { client, options, _ in
            try await Etcdserverpb_Lease.Client(wrapping: client).leaseGrant(message, options: options)
        }
        guard answer.error.isEmpty, answer.id != 0 else { throw .refused(answer.error) }
        return EtcdSession(self, lease: answer.id, lifetime: .seconds(answer.ttl))
    }
}
