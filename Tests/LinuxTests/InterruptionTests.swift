import CLinux
import Glibc
import Linux
import Synchronization
import Testing

private let interruptions = Atomic<Int>(0)

/// Sends SIGUSR1 to `thread` until it was taken `count` times, at a pace that lets the thread go back into its call.
private func interrupt(_ thread: pthread_t, times count: Int) {
    let start = interruptions.load(ordering: .sequentiallyConsistent)
    while interruptions.load(ordering: .sequentiallyConsistent) < start + count {
        pthread_kill(thread, SIGUSR1)
        usleep(2000)
    }
}

/// Lets SIGUSR1 interrupt calls: no `SA_RESTART`.
private func installHandler() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in interruptions.add(1, ordering: .sequentiallyConsistent) }
    sigaction(SIGUSR1, &action, nil)
    // Dispatch keeps signals from its threads, and a test runs on one of them.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGUSR1)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
}

@Suite("A signal during a call")
struct InterruptionTests {
    @Test func `makes a transfer try again until it is done`() async {
        await #expect(processExitsWith: .success) {
            installHandler()
            let pair = SocketPair(isBlocking: true)
            let reader = pthread_self()
            let writer = Thread(name: "writer") {
                usleep(20_000)
                interrupt(reader, times: 5)
                _ = send([42], to: pair.second)
            }
            var octet: UInt8 = 0
            let received = withUnsafeMutableBytes(of: &octet) { Socket.receive(pair.first, into: $0) }
            writer.join()
            #expect(received.count == 1)
            #expect(octet == 42)
            #expect(interruptions.load(ordering: .sequentiallyConsistent) >= 5)
        }
    }

    @Test func `ends a wait without events`() async {
        await #expect(processExitsWith: .success) {
            installHandler()
            let epoll = try Epoll()
            let waiter = pthread_self()
            let other = Thread(name: "other") {
                usleep(20_000)
                interrupt(waiter, times: 1)
            }
            var events = [epoll_event()]
            let start = Clock.monotonic
            let result = events.withUnsafeMutableBufferPointer { epoll.wait(into: $0, milliseconds: 10_000) }
            other.join()
            #expect(result.count == 0)
            #expect(Clock.monotonic - start < 5_000_000_000)
        }
    }
}
