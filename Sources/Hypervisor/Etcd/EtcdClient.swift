import GRPCNIOTransportHTTP2Posix
import GRPCCore
import Linux
import NIOCore
import ServiceAPI
import Synchronization

/// A client of an etcd cluster that asks another member when one does not answer.
///
/// Connections are made when they are needed and as often as needed. What is asked is repeated within `patience` as long as that is
/// safe: what only reads always, what changes if nothing of it can have been done, or its witness tells.
package final class EtcdClient: Sendable {
    typealias Transport = HTTP2ClientTransport.Posix

    /// How long one member is given, and how long all together.
    package struct Patience: Sendable {
        package var attempt: Duration = .seconds(2)
        package var whole: Duration = .seconds(15)
        package init() {}
    }

    package let endpoints: [EtcdEndpoint]
    let patience: Patience
    private let tls: ServingTLS?
    private let members: [Link]
    /// Connections for watches alone, made when the first begins: HTTP/2 looks for a frame's stream among all that are open, so calls on a
    /// connection with a hundred watches cost several times as much.
    private let watching = Mutex<[Int: Link]>([:])
    private let preferred: Atomic<Int>
    private let calls = Atomic<Int>(0)
    private let restarts = Atomic<Int>(0)

    /// A member's client, and what keeps its connection.
    private struct Link: Sendable {
        let client: GRPCClient<Transport>
        let task: Task<Void, Never>

        init(_ endpoint: EtcdEndpoint, _ tls: ServingTLS?) throws {
            let configuration = Transport.Config.defaults { configuration in
                configuration.backoff = .init(
                    initial: .milliseconds(100), max: .seconds(2), multiplier: 1.6, jitter: 0.2)
                // A member that is cut off, and not merely dead, is noticed by this alone.
                configuration.connection.keepalive = .init(
                    time: .seconds(10), timeout: .seconds(5), allowWithoutCalls: false)
            }
            let client = GRPCClient(
                transport: try Transport(
                    target: ServiceConnection.target(endpoint.host, endpoint.port),
                    transportSecurity: try endpoint.security(tls), config: configuration))
            self.client = client
            task = Task { try? await client.runConnections() }
        }
    }

    /// Begins to be one, which `close` ends.
    ///
    /// Throws if an endpoint cannot be one, or a certificate is not readable.
    package init(
        _ endpoints: [EtcdEndpoint], tls: ServingTLS? = nil, patience: Patience = Patience()
    ) throws {
        precondition(!endpoints.isEmpty, "a cluster has at least one endpoint")
        (self.endpoints, self.patience, self.tls) = (endpoints, patience, tls)
        // Clients of a cluster should not all ask its first member.
        preferred = Atomic(Int.random(in: 0..<endpoints.count))
        members = try endpoints.map { try Link($0, tls) }
    }

    deinit {
        for link in links { link.task.cancel() }
    }

    private var links: [Link] { members + watching.withLock { Array($0.values) } }

    /// Ends all connections; calls that are under way fail.
    package func close() async {
        let links = links
        for link in links { link.task.cancel() }
        for link in links { await link.task.value }
    }

    /// How many calls were made, each attempt for itself.
    package var callCount: Int { calls.load(ordering: .relaxed) }

    /// How often a watch went on with another connection.
    package var watchRestarts: Int { restarts.load(ordering: .relaxed) }

    func countRestart() { restarts.wrappingAdd(1, ordering: .relaxed) }

    /// Which member is asked now.
    var current: Int { preferred.load(ordering: .relaxed) }

    func member(_ index: Int) -> GRPCClient<Transport> { members[index].client }

    /// A member, over the connection that watches have.
    func watched(_ index: Int) throws -> GRPCClient<Transport> {
        try watching.withLock { watching in
            if let link = watching[index] { return link.client }
            let link = try Link(endpoints[index], tls)
            watching[index] = link
            return link.client
        }
    }

    func count() { calls.wrappingAdd(1, ordering: .relaxed) }

    /// Asks the next member from now on, unless somebody else has decided so already.
    func leave(_ index: Int) {
        _ = preferred.compareExchange(
            expected: index, desired: (index + 1) % members.count, ordering: .relaxed)
    }

    /// Calls a member, and another if it fails, while that is safe and there is time.
    ///
    /// `body` is told whether an earlier attempt may have been done.
    func call<Answer: Sendable>(
        isRepeatable: Bool,
        _ body: @escaping @Sendable (GRPCClient<Transport>, CallOptions, _ mayBeDone: Bool) async throws -> Answer
    ) async throws(StoreError) -> Answer {
        let deadline = ContinuousClock.now + patience.whole
        var mayBeDone = false
        var pause = Duration.milliseconds(20)
        while true {
            let index = current
            var options = CallOptions.defaults
            options.timeout = min(patience.attempt, deadline - .now)
            options.waitForReady = false
            options.maxResponseMessageBytes = 64 << 20
            count()
            let failure: EtcdFailure
            do {
                return try await body(members[index].client, options, mayBeDone)
            } catch {
                failure = EtcdFailure(error)
            }
            let reason: String
            switch failure {
            case .refused(let text): throw .refused(text)
            case .compacted: throw .compacted(0)
            case .notDone(let text): reason = text
            case .unknown(let text):
                reason = text
                if !isRepeatable { throw .unknown(text) }
                mayBeDone = true
            }
            leave(index)
            guard !Task.isCancelled, ContinuousClock.now + pause < deadline else {
                let told = await explained(reason, at: endpoints[index])
                throw mayBeDone ? .unknown(told) : .unavailable(told)
            }
            // Clients that lost one member at once shall not come to the next at once.
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    /// Why a member does not answer: what is wrong with the certificates, if it is they.
    private func explained(_ reason: String, at endpoint: EtcdEndpoint) async -> String {
        guard endpoint.isSecure, let tls,
            let complaint = await HandshakeCheck.complaint(about: tls, at: endpoint.host, endpoint.port)
        else { return reason }
        return "\(endpoint): \(complaint)"
    }
}

extension EtcdEndpoint {
    fileprivate func security(_ tls: ServingTLS?) throws -> HTTP2ClientTransport.Posix.TransportSecurity {
        guard isSecure else { return .plaintext }
        guard let tls else {
            throw HypervisorError("connect to \(self)", "https takes a certificate, a key and trusted roots")
        }
        return tls.client
    }
}
