import Glibc
import Linux
import Synchronization

/// A server on loopback that answers every connection in one way, which a test may change.
final class CannedServer: Sendable {
    enum Answer: Sendable {
        /// Sent when the request is whole; then the connection is closed.
        case text(String)
        /// The connection is accepted, and nothing ever comes.
        case silence
        /// The connection is closed unread.
        case close
    }

    let address: SocketAddress
    private let listener: Int32
    private let answer: Mutex<Answer>
    private let received = Mutex<[String]>([])
    private let isDone = Atomic(false)
    private let thread = Mutex<Thread?>(nil)

    init(_ answer: Answer) throws {
        self.answer = Mutex(answer)
        listener = try Socket.listening(on: SocketAddress(ipv4: 0x7F00_0001, port: 0), isShared: false)
        address = Socket.localAddress(listener) ?? SocketAddress(ipv4: 0, port: 0)
        let worker = Thread(name: "canned") { [self] in serve() }
        thread.withLock { $0 = worker }
    }

    /// Requests so far.
    var requests: [String] { received.withLock(\.self) }

    func answer(_ new: Answer) { answer.withLock { $0 = new } }

    /// Ends the server: connecting is refused from now on.
    func stop() {
        isDone.store(true, ordering: .releasing)
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func serve() {
        var silent: [Int32] = []
        while !isDone.load(ordering: .acquiring) {
            guard File.wait(for: listener, toWrite: false, milliseconds: 10) else { continue }
            var client = SocketAddress(ipv4: 0, port: 0)
            guard let connection = Socket.accept(listener, from: &client).count.map(Int32.init) else { continue }
            switch answer.withLock(\.self) {
            case .silence: silent.append(connection)
            case .close: Socket.close(connection)
            case .text(let text): exchange(text, on: connection)
            }
        }
        for connection in silent + [listener] { Socket.close(connection) }
    }

    private func exchange(_ text: String, on connection: Int32) {
        defer { Socket.close(connection) }
        var (octets, request) = ([UInt8](repeating: 0, count: 1_024), [UInt8]())
        while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard File.wait(for: connection, toWrite: false, milliseconds: 500) else { return }
            let count = recv(connection, &octets, octets.count, 0)
            guard count > 0 else { return }
            request += octets[..<count]
        }
        received.withLock { $0.append(String(decoding: request, as: UTF8.self)) }
        _ = Array(text.utf8).withUnsafeBytes {
            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }
}
