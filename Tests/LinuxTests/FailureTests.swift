import Glibc
import Linux
import SystemPackage
import Testing

/// An operation that makes several calls, by the calls whose failure it reports.
struct Operation: Sendable, CustomTestStringConvertible {
    let name: String
    /// What is thrown for; the failure of any other call does not matter to the operation.
    let required: Set<SystemCall>
    let run: @Sendable () throws -> Void
    var testDescription: String { name }

    static let all: [Operation] = [
        Operation(name: "an epoll instance", required: [.epoll_create1, .epoll_ctl]) {
            let pair = SocketPair()
            defer { pair.close() }
            let epoll = try Epoll()
            try epoll.add(pair.first, events: 1, token: 0)
        },
        Operation(name: "an event descriptor", required: [.eventfd]) {
            let event = try EventDescriptor()
            event.signal()
            event.clear()
        },
        Operation(name: "a mapping", required: [.mmap]) { _ = try Mapping(byteCount: 4096) },
        Operation(name: "a pipe", required: [.pipe2]) { try Pipe(capacity: 65536).close() },
        Operation(name: "a file to append to", required: [.open, .writev]) {
            let opened = File.openForAppending("/dev/null")
            guard let count = opened.count else { throw SystemError(call: "open", code: opened.failure ?? .wouldBlock) }
            defer { Socket.close(Int32(count)) }
            let octets: [UInt8] = [1]
            let written = octets.withUnsafeBytes { File.append($0, $0, to: Int32(count)) }
            if let code = written.failure { throw SystemError(call: "writev", code: code) }
        },
        Operation(name: "a listener", required: [.socket, .setsockopt, .bind, .listen]) {
            Socket.close(try Socket.listening(on: SocketAddress(ipv4: 0x7F00_0001, port: 0)))
        },
        Operation(name: "a listener on all interfaces", required: [.socket, .setsockopt, .bind, .listen]) {
            Socket.close(try Socket.listening(on: SocketAddress(ipv6: 0, port: 0)))
        },
    ]
}

@Suite("A system call that fails")
struct FailureTests {
    @Test(arguments: Operation.all.indices)
    func `is reported with its name and leaks no descriptor`(index: Int) async {
        await #expect(processExitsWith: .success) { [index] in
            unshareDescriptors()
            let operation = Operation.all[index]
            let whole = try Trace().record { try operation.run() }.calls
            #expect(!whole.isEmpty)
            let before = openDescriptors()
            for (position, entry) in whole.enumerated() {
                for code in [Errno.tooManyOpenFiles, .noMemory, .notPermitted] {
                    let trace = Trace(failing: position + 1, with: code)
                    var thrown: (any Error)?
                    do { _ = try trace.record { try operation.run() } } catch { thrown = error }
                    let expected =
                        operation.required.contains(entry.call)
                        ? SystemError(call: "\(entry.call)", code: code) : nil
                    #expect(thrown as? SystemError == expected, "\(operation.name), call \(position + 1), \(entry)")
                    #expect(trace.calls.count > position, "the call was reached")
                    #expect(openDescriptors() == before, "\(operation.name), call \(position + 1), \(entry)")
                }
            }
        }
    }

    @Test func `on a connection is a value, not an exception`() async {
        await #expect(processExitsWith: .success) {
            let pair = SocketPair()
            var client = SocketAddress(ipv4: 0, port: 0)
            var scratch = [UInt8](repeating: 0, count: 16)
            let transfers: [(SystemCall, (UnsafeMutableRawBufferPointer) -> Transfer)] = [
                (.recv, { Socket.receive(pair.first, into: $0) }),
                (.recv, { _ in Socket.peek(pair.first) }),
                (.send, { Socket.send(pair.first, UnsafeRawBufferPointer($0)) }),
                (.sendmsg, { Socket.send(pair.first, UnsafeRawBufferPointer($0), UnsafeRawBufferPointer($0)) }),
                (.splice, { _ in Socket.splice(from: pair.first, to: pair.second, count: 1) }),
                (.accept4, { _ in Socket.accept(pair.first, from: &client) }),
                (.connect, { _ in Socket.connect(pair.first, to: client) }),
                (.socket, { _ in Socket.stream(for: client) }),
            ]
            for (call, transfer) in transfers {
                let (result, calls) = Trace(failing: 1, with: .connectionReset).record {
                    scratch.withUnsafeMutableBytes { transfer($0) }
                }
                #expect(calls.map(\.call) == [call])
                #expect(result.failure == .connectionReset)
                #expect(result.count == nil && !result.isPending)
            }
            let (pending, _) = Trace(failing: 1, with: .noBufferSpace).record { Socket.pendingError(pair.first) }
            #expect(pending == .noBufferSpace)
            let (address, _) = Trace(failing: 1).record { Socket.localAddress(pair.first) }
            #expect(address == nil)
        }
    }

    @Test(arguments: [(Errno.wouldBlock, true), (.nowInProgress, true), (.brokenPipe, false)])
    func `that would have to wait is pending`(code: Errno, isPending: Bool) {
        let transfer = Transfer(raw: -Int(code.rawValue))
        #expect(transfer.isPending == isPending)
        #expect(transfer.failure == (isPending ? nil : code))
        #expect(transfer.count == nil)
    }

    @Test func `because of a descriptor that is not ours traps`() async {
        await #expect(processExitsWith: .failure) { _ = Socket.peek(4000) }
        await #expect(processExitsWith: .failure) { Socket.close(4000) }
        await #expect(processExitsWith: .success) {
            let pair = SocketPair()
            Socket.close(pair.first)
            _ = Socket.peek(pair.second)
        }
    }

    @Test func `because of memory that is not ours traps`() async {
        await #expect(processExitsWith: .failure) {
            let pair = SocketPair()
            _ = send([1], to: pair.second)
            _ = Socket.receive(
                pair.first, into: UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: 8), count: 1)
            )
        }
    }
}
