import Linux
import Reactor

/// The slab of a worker's connections.
///
/// It says nothing that `Slab` does not. But its elements' type is known here, and so the compiler reaches a field without a
/// call, which of a generic slab in another module it does not: there are more than a hundred such steps in a request.
@safe
struct ConnectionTable: ~Copyable {
    private var slab: Slab<Connection>
    /// The slab's memory, which lives as long as it.
    private let elements: UnsafeMutablePointer<Connection>
    let capacity: Int

    init(capacity: Int) throws(SystemError) {
        let slab = try Slab<Connection>(capacity: capacity)
        unsafe elements = slab.elements
        self.capacity = slab.capacity
        self.slab = slab
    }

    mutating func take(_ connection: Connection) -> Int32? { slab.take(connection) }
    mutating func give(_ place: Int32) { slab.give(place) }
    func isLive(_ place: Int32) -> Bool { slab.isLive(place) }
    func token(for place: Int32) -> UInt64 { slab.token(for: place) }
    func place(for token: UInt64) -> Int32? { slab.place(for: token) }

    /// The connection in a place, which must be in use.
    subscript(place: Int32) -> Connection {
        @inline(__always) unsafeAddress {
            precondition(UInt32(bitPattern: place) < UInt32(capacity), "a place lies in the slab")
            return unsafe UnsafePointer(elements + Int(place))
        }
        @inline(__always) unsafeMutableAddress {
            precondition(UInt32(bitPattern: place) < UInt32(capacity), "a place lies in the slab")
            return unsafe elements + Int(place)
        }
    }
}
