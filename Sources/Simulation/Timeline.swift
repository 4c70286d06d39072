/// A virtual clock and what happens when: events in order of their time, and of their planning where times are equal.
///
/// Time passes only by taking events, so an hour costs as much as its events do, and the same plans give the same
/// course every time.
package struct Timeline<Event> {
    /// A planned event's name, to take it back by.
    package struct Ticket: Hashable, Sendable { fileprivate let number: UInt64 }

    /// Nanoseconds since the simulation began; it never goes back.
    package private(set) var now: UInt64 = 0

    private struct Entry {
        let time: UInt64
        let number: UInt64
        let event: Event

        func comes(before other: Entry) -> Bool { (time, number) < (other.time, other.number) }
    }

    // A binary heap: each entry comes before those at twice its place plus one and plus two.
    private var heap: [Entry] = []
    private var planned: UInt64 = 0
    private var waiting: Set<UInt64> = []

    package init() {}

    /// Events that are planned and not taken back.
    package var count: Int { waiting.count }

    /// Plans an event for so many nanoseconds from now.
    @discardableResult
    package mutating func plan(_ event: Event, after delay: UInt64) -> Ticket {
        let (time, isOverflow) = now.addingReportingOverflow(delay)
        precondition(!isOverflow, "the clock's 584 years suffice")
        planned += 1
        waiting.insert(planned)
        heap.append(Entry(time: time, number: planned, event: event))
        rise(from: heap.count - 1)
        return Ticket(number: planned)
    }

    /// Takes a plan back; false if it has happened or was taken back before.
    @discardableResult
    package mutating func cancel(_ ticket: Ticket) -> Bool { waiting.remove(ticket.number) != nil }

    /// Lets time pass to the next event and takes it; nil, and no time passes, when none is planned up to `limit`.
    package mutating func next(until limit: UInt64 = .max) -> Event? {
        while let first = heap.first {
            if waiting.contains(first.number) {
                guard first.time <= limit else { return nil }
                removeFirst()
                waiting.remove(first.number)
                now = first.time
                return first.event
            }
            removeFirst()
        }
        return nil
    }

    /// Lets time pass to an instant without events; there must be none up to it.
    package mutating func advance(to time: UInt64) {
        precondition(time >= now, "time does not go back")
        precondition(heap.allSatisfy { $0.time > time || !waiting.contains($0.number) }, "no event is passed over")
        now = time
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink()
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0, heap[place].comes(before: heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var first = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].comes(before: heap[first]) {
                first = child
            }
            guard first != place else { return }
            heap.swapAt(place, first)
            place = first
        }
    }
}
