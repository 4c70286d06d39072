import Linux
import Reactor

/// One connection that a conversation is held on.
final class ServiceConnection {
    let descriptor: Int32
    let target: Int
    let number: Int
    let deadline: UInt64
    var token: UInt64 = 0

    private var conversation: any Conversation
    private let layer: Inquiry.Layer
    private let isDatagram: Bool
    /// Where datagrams go, if the socket is not connected because an answer may come from another port.
    private let elsewhere: SocketAddress?
    private let tls: TLSClient?
    private var isConnected = false
    private var isReady = false
    private var output: [UInt8] = []
    private var input: [UInt8] = []
    /// What came in all: an endless speaker is cut off.
    private var total = 0
    private var steps = 0
    private var isClosed = false

    /// The most octets of a connection, and the most pieces of it that a conversation is asked about.
    private static let limit = 256 << 10
    private static let maximumSteps = 96

    /// Nil if no connection can be begun.
    init?(
        _ attempt: Inquiry.Attempt, target: Int, address: SocketAddress, isDatagram: Bool, context: TLSClientContext?,
        name: String?
    ) {
        let made = isDatagram ? Socket.datagram(for: address) : Socket.stream(for: address)
        guard let count = made.count else { return nil }
        descriptor = Int32(count)
        (self.target, number, deadline, layer) = (target, attempt.number, attempt.deadline, attempt.layer)
        conversation = attempt.conversation
        self.isDatagram = isDatagram
        elsewhere = isDatagram && attempt.conversation.isAnsweredFromElsewhere ? address : nil
        // A name is asked for, an address never (RFC 6066, 3).
        let asked = name.flatMap { SocketAddress(host: $0, port: 0) == nil ? $0 : nil }
        switch attempt.layer {
        case .none: tls = nil
        case .tls(let protocols), .handshake(let protocols):
            tls = context.flatMap { TLSClient($0, name: asked, offering: protocols) }
            guard tls != nil else {
                Socket.close(descriptor)
                return nil
            }
        }
        guard elsewhere == nil else { return }
        let begun = Socket.connect(descriptor, to: address)
        guard begun.isPending || begun.count != nil else {
            Socket.close(descriptor)
            return nil
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Socket.close(descriptor)
    }

    /// Goes on as far as the socket allows; an outcome ends it.
    func advance(_ readiness: Readiness) -> Inquiry.Outcome? {
        if !isConnected {
            if Socket.pendingError(descriptor) != nil { return .unreachable }
            guard readiness.contains(.write) else { return readiness.contains(.hangUp) ? .unreachable : nil }
            isConnected = true
            if tls == nil { say(conversation.open()) }
            isReady = tls == nil
        }
        if tls != nil, !isReady, let outcome = shakeHands() { return outcome }
        flush()
        return receive()
    }

    /// The time is over: what the conversation makes of what came.
    func expire() -> Inquiry.Outcome { conclude(isEnd: false) }

    private func say(_ octets: [UInt8]) {
        if let tls, isReady {
            tls.write(octets)
            output += tls.output()
        } else {
            output += octets
        }
    }

    private func flush() {
        while !output.isEmpty {
            let sent = unsafe output.withUnsafeBytes { octets in
                // The octets are lent for the call.
                if let elsewhere {
                    unsafe Socket.send(descriptor, octets, to: elsewhere)
                } else {
                    unsafe Socket.send(descriptor, octets)
                }
            }
            guard let count = sent.count, count > 0 else { return }
            output.removeFirst(count)
        }
    }

    private func shakeHands() -> Inquiry.Outcome? {
        guard let tls else { return nil }
        switch tls.handshake() {
        case .pending: output += tls.output()
        case .failed:
            output += tls.output()
            return .foreign([])
        case .done:
            isReady = true
            output += tls.output()
            if case .handshake = layer {
                return .encrypted(
                    tls.summary()
                        ?? CertificateSummary(
                            subject: "", issuer: "", names: [], notBefore: 0, notAfter: 0, fingerprint: "", version: "",
                            cipher: "",
                            applicationProtocol: nil))
            }
            say(conversation.open())
        }
        return nil
    }

    /// Reads what there is, in bounds.
    private func receive() -> Inquiry.Outcome? {
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            var sender = elsewhere
            let transfer = unsafe piece.withUnsafeMutableBytes { memory in
                // The memory is lent for the call.
                if var address = elsewhere {
                    let transfer = unsafe Socket.receive(descriptor, into: memory, from: &address)
                    sender = address
                    return transfer
                }
                return unsafe Socket.receive(descriptor, into: memory)
            }
            if transfer.isPending { return nil }
            // The kernel hands over whatever reaches such a socket; only the host that was asked is believed.
            if sender?.bits != elsewhere?.bits { continue }
            guard let count = transfer.count else { return conclude(isEnd: true) }
            if count == 0, !isDatagram { return conclude(isEnd: true) }
            total += count
            guard total <= Self.limit else { return conclude(isEnd: true) }
            if let outcome = take(Array(piece[..<count])) { return outcome }
            flush()
        }
    }

    private func take(_ octets: [UInt8]) -> Inquiry.Outcome? {
        var isEnd = false
        if let tls {
            tls.receive(octets)
            if !isReady, let outcome = shakeHands() { return outcome }
            guard isReady else { return nil }
            let read = tls.read(limit: conversationLimit)
            input += read.octets
            isEnd = read.isEnd
            output += tls.output()
            if read.octets.isEmpty { return isEnd ? conclude(isEnd: true) : nil }
        } else if isDatagram {
            input = octets
        } else {
            input += octets
        }
        if input.count > conversationLimit { input.removeLast(input.count - conversationLimit) }
        steps += 1
        guard steps <= Self.maximumSteps else { return isEnd ? conclude(isEnd: true) : nil }
        switch conversation.receive(input) {
        case .more: return isEnd ? conclude(isEnd: true) : nil
        case .found(let identity): return .found(identity)
        case .follow(let next, let identity): return .follow(next, orElse: identity)
        case .foreign: return .foreign(input)
        case .send(let octets):
            input = []
            say(octets)
            return nil
        }
    }

    private func conclude(isEnd: Bool) -> Inquiry.Outcome {
        if let identity = conversation.end(input) { return .found(identity) }
        if !isConnected { return .unreachable }
        return input.isEmpty && isEnd ? .closed : .foreign(input)
    }
}
