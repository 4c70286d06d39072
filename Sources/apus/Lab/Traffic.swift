import Glibc
import Linux
import Synchronization

/// A gentle stream of requests, and what became of them.
final class Traffic: Sendable {
    /// What happened within some time.
    struct Tally: Sendable {
        /// Answers by the server that gave them.
        var answers: [String: Int] = [:]
        /// Answers that were not 200, by status; 0 for no answer at all.
        var failures: [Int: Int] = [:]
        /// Of each answer, in milliseconds.
        var latencies: [Double] = []

        var answered: Int { answers.values.reduce(0, +) }
        var failed: Int { failures.values.reduce(0, +) }

        /// The latency that a share of the answers stayed within; 0 without answers.
        func latency(_ share: Double) -> Double {
            let sorted = latencies.sorted()
            return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
    }

    private let tally = Guarded(Tally())
    private let isOver = Atomic<Bool>(false)
    private let threads = Guarded<[Linux.Thread]>([])

    /// Sends `rate` requests a second to `address`, over as many connections as `clients`.
    init(to address: SocketAddress, rate: Int, clients: Int) {
        precondition(rate > 0 && clients > 0, "there is some traffic")
        let pause = UInt64(1_000_000_000 * clients / rate)
        for number in 0..<clients {
            let thread = Linux.Thread(name: "client \(number)") { [weak self] in
                // Clients begin at different moments, so that requests are spread.
                var next = Clock.monotonic + pause * UInt64(number) / UInt64(clients)
                while let self, !isOver.load(ordering: .relaxed) {
                    converse(with: address, next: &next, pause: pause)
                }
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Ends the stream.
    func stop() {
        isOver.store(true, ordering: .relaxed)
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    /// What happened since the last call.
    func take() -> Tally {
        tally.withLock { tally in
            defer { tally = Tally() }
            return tally
        }
    }

    /// Requests over one connection, until it ends.
    private func converse(with address: SocketAddress, next: inout UInt64, pause: UInt64) {
        do {
            let connection = try Connection(to: address, within: .seconds(5))
            while !isOver.load(ordering: .relaxed) {
                Self.sleep(until: next)
                next = max(next + pause, Clock.monotonic)
                let begin = Clock.monotonic
                let exchange = try Exchange(get: "/", host: "apus.example", on: connection)
                let latency = Double(Clock.monotonic - begin) / 1e6
                note(exchange, latency: latency)
                if !exchange.isReusable { return }
            }
        } catch {
            tally.withLock { $0.failures[0, default: 0] += 1 }
            Self.sleep(until: Clock.monotonic + pause)
        }
    }

    private func note(_ exchange: Exchange, latency: Double) {
        tally.withLock { tally in
            tally.latencies.append(latency)
            guard exchange.status == 200 else {
                tally.failures[exchange.status, default: 0] += 1
                return
            }
            // The servers answer `Hello from NAME`.
            let words = String(decoding: exchange.body, as: UTF8.self).split { $0 == " " || $0 == "\n" }
            tally.answers[words.last.map(String.init) ?? "?", default: 0] += 1
        }
    }

    private static func sleep(until moment: UInt64) {
        let now = Clock.monotonic
        guard moment > now else { return }
        _ = usleep(UInt32(min(moment - now, 1_000_000_000) / 1000))
    }
}
