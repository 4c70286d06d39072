import Linux
import Reactor

/// One check of one server under way: connect, TLS where the pool has it, and a GET where one is asked for.
struct HealthProbe {
    enum Progress: Equatable {
        /// It waits for the peer.
        case pending
        case healthy
        case failed(HealthFailure)
    }

    private enum Step: String { case connecting, handshaking, sending, reading, draining }

    /// The server's index in the table.
    let server: Int
    /// Its socket, to be closed by `close`.
    let descriptor: Int32
    /// Whether there is a verdict.
    private(set) var isDecided = false
    /// When the check has failed if nothing was decided, in nanoseconds of the monotonic clock.
    private(set) var deadline: UInt64

    private let target: HealthTarget
    private var session: TLSSession?
    private var step = Step.connecting
    private var sent = 0
    private var drained = 0
    private var response = HealthResponse()

    /// Octets of a response's rest that are read for the sake of an orderly end.
    private static let mostDrained = 64 << 10

    private init(target: HealthTarget, descriptor: Int32, deadline: UInt64) {
        (self.target, server) = (target, target.server)
        (self.descriptor, self.deadline) = (descriptor, deadline)
    }

    /// Starts to connect; the reason where not even that was possible.
    static func start(_ target: HealthTarget, now: UInt64) -> Result<HealthProbe, HealthFailure> {
        let made = Socket.stream(for: target.address)
        guard let count = made.count else { return .failure(.local("socket", made.failure)) }
        let descriptor = Int32(count)
        let result = Socket.connect(descriptor, to: target.address)
        if let code = result.failure {
            Socket.close(descriptor)
            return .failure(.connect(code))
        }
        return .success(HealthProbe(target: target, descriptor: descriptor, deadline: now + target.timeout))
    }

    /// Why the check fails now that its time is over.
    var timeout: HealthFailure { .timeout(during: step.rawValue) }

    /// Whether the verdict is known and only the response's rest is read.
    var isDraining: Bool { step == .draining }

    /// Goes on as far as the socket allows; called whenever the socket gets ready, until there is a verdict.
    mutating func advance(_ readiness: Readiness) -> Progress {
        let progress = step(readiness)
        isDecided = progress != .pending
        return progress
    }

    private mutating func step(_ readiness: Readiness) -> Progress {
        while true {
            switch step {
            case .connecting:
                if let code = Socket.pendingError(descriptor) { return .failed(.connect(code)) }
                guard readiness.contains(.write) else { return .pending }
                if let progress = begin() { return progress }
            case .handshaking:
                switch session?.handshake() {
                case .pending: return .pending
                case .failed(let reason): return .failed(.handshake(reason))
                case .done, nil:
                    guard !target.request.isEmpty else { return .healthy }
                    step = .sending
                }
            case .sending:
                let result = send()
                if let code = result.failure { return .failed(.broken("sending the request", code)) }
                guard let count = result.count else { return .pending }
                sent += count
                if sent == target.request.count { step = .reading }
            case .reading:
                let progress = read()
                if progress != .pending { step = .draining }
                return progress
            case .draining: return .pending
            }
        }
    }

    /// What follows the connection; a verdict if nothing does.
    private mutating func begin() -> Progress? {
        if let context = target.context {
            session = TLSSession(context, descriptor: descriptor, name: target.name)
            guard session != nil else { return .failed(.local("TLS", nil)) }
            step = .handshaking
        } else {
            guard !target.request.isEmpty else { return .healthy }
            step = .sending
        }
        return nil
    }

    /// Reads on after the verdict, so that closing does not reset the connection; true when it can be closed.
    mutating func drain() -> Bool {
        while drained < Self.mostDrained {
            let (result, octets) = receive()
            guard let count = result.count else { return !result.isPending }
            guard count > 0 else { return true }
            drained += octets.count
        }
        return true
    }

    /// Gives the response's rest a little time after the verdict.
    mutating func linger(until deadline: UInt64) { self.deadline = deadline }

    /// Closes the socket; the probe is over.
    func close() {
        if let session {
            if step == .draining { session.endWriting() }
            session.free()
        }
        Socket.close(descriptor)
    }

    private mutating func read() -> Progress {
        while true {
            let (result, octets) = receive()
            if let code = result.failure { return .failed(.broken("waiting for the response", code)) }
            guard let count = result.count else { return .pending }
            guard count > 0 else { return .failed(.closed) }
            switch response.receive(octets) {
            case .incomplete: continue
            case .malformed: return .failed(.notHTTP)
            case .status(let status):
                return target.expect.contains(status) ? .healthy : .failed(.status(status, target.expect))
            }
        }
    }

    private func send() -> Transfer {
        unsafe target.request.withUnsafeBytes { octets in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: octets[sent...])
            return unsafe session?.send(rest) ?? Socket.send(descriptor, rest)
        }
    }

    private func receive() -> (Transfer, ArraySlice<UInt8>) {
        var octets = [UInt8](repeating: 0, count: 4096)
        let result = unsafe octets.withUnsafeMutableBytes { memory in
            unsafe session?.receive(into: memory) ?? Socket.receive(descriptor, into: memory)
        }
        return (result, octets.prefix(result.count ?? 0))
    }
}
