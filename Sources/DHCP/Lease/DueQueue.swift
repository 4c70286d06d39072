/// Slots in the order of when they are due: a binary heap with one entry for each slot.
///
/// A slot that is put off keeps its place, and is looked at when its old time comes; one that becomes due earlier moves up.
struct DueQueue: Sendable {
    private struct Entry: Sendable {
        var time: Instant
        var slot: Int32
    }

    private var heap: [Entry] = []

    /// Where in the heap a slot is; -1 if it is not.
    private var places: [Int32] = []

    /// The earliest time.
    var first: Instant? { heap.first?.time }

    /// Says that `slot` is due at `time`, or earlier if it was so before.
    mutating func add(_ slot: Int, at time: Instant) {
        while places.count <= slot { places.append(-1) }
        let place = Int(places[slot])
        if place >= 0 {
            guard time < heap[place].time else { return }
            heap[place].time = time
            rise(place)
        } else {
            heap.append(Entry(time: time, slot: Int32(slot)))
            places[slot] = Int32(heap.count - 1)
            rise(heap.count - 1)
        }
    }

    /// Takes a slot whose time has come.
    mutating func popDue(at now: Instant) -> Int? {
        guard let top = heap.first, top.time <= now else { return nil }
        places[Int(top.slot)] = -1
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            places[Int(last.slot)] = 0
            sink(0)
        }
        return Int(top.slot)
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, heap[place].time < heap[(place - 1) / 2].time {
            exchange(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].time < heap[least].time { least = child }
            guard least != place else { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        places[Int(heap[one].slot)] = Int32(one)
        places[Int(heap[other].slot)] = Int32(other)
    }
}
