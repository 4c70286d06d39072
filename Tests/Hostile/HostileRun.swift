import Foundation
import Lab
import Synchronization

/// The corpus against one contender.
package enum HostileRun {
    package struct Result: Sendable {
        package let item: Case
        package let cutting: Cutting
        package let seen: Observation
    }

    private final class Gatherer: Sendable {
        let work: Mutex<[(Int, Case, Cutting)]>
        let results = Mutex<[(Int, Result)]>([])
        init(_ work: [(Int, Case, Cutting)]) { self.work = Mutex(work) }
    }

    /// Runs all, several at a time, and gives what was seen in the order of `jobs`.
    package static func run(
        _ jobs: [(Case, Cutting)], at site: HostileSite, patience: Int = 3500
    ) async -> [Result] {
        // The slow ones first, which wait for a deadline.
        let numbered = jobs.enumerated().map { ($0, $1.0, $1.1) }
        let gatherer = Gatherer(numbered.reversed())
        await withTaskGroup(of: Void.self) { group in
            for (front, back) in zip(site.fronts, site.backs) {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        // A thread of its own: it waits in poll(2), which tasks must not.
                        let thread = Thread {
                            let lane = Lane(front: front.number, back: back.number)
                            while let (number, item, cutting) = gatherer.work.withLock({ $0.popLast() }) {
                                let seen = lane.run(item, cutting: cutting, patience: patience)
                                gatherer.results.withLock {
                                    $0.append((number, Result(item: item, cutting: cutting, seen: seen)))
                                }
                            }
                            continuation.resume()
                        }
                        thread.start()
                    }
                }
            }
        }
        return gatherer.results.withLock { $0 }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
