import OpenFlow

/// The bridge's ports by name, as the switch and its database tell of them.
///
/// The switch's word on numbers counts, since it forwards by them; it cuts names to 15 octets, so longer ones are the
/// database's, which also knows why a port is no use.
struct PortTable: Hashable, Sendable {
    /// What the switch says, by name.
    private(set) var described: [String: PortDescription] = [:]
    /// What the database said last; nil if it never did.
    var database: [String: BridgePort]?

    /// Takes all ports of the switch.
    mutating func read(_ ports: [PortDescription]) {
        described = Dictionary(ports.map { ($0.name, $0) }) { $1 }
    }

    /// Takes what became of one.
    mutating func take(_ status: PortStatus) {
        let port = status.port
        switch status.reason {
        case .delete:
            // Another may have come by the name in between.
            if described[port.name]?.number == port.number { described[port.name] = nil }
        case .add, .modify:
            // A number is one port's: it may have had another name.
            for (name, old) in described where old.number == port.number && name != port.name { described[name] = nil }
            described[port.name] = port
        }
    }

    /// The number to write for a name; nil if there is no such port, or it is no use.
    func number(of name: String) -> PortNumber? {
        let cut = PortDescription.nameSize - 1
        if name.utf8.count < cut || name.utf8.count == cut && (database.map { $0[name] != nil } ?? true) {
            return described[name]?.number
        }
        guard let number = database?[name]?.number, number.rawValue != 0 else { return nil }
        return number
    }

    /// Why a port has no number, if the database says so.
    func error(of name: String) -> String? { database?[name]?.error }

    /// All names.
    var names: Set<String> {
        let known = database ?? [:]
        return Set(known.keys).union(described.keys.filter { $0.utf8.count < 15 || known.isEmpty || known[$0] != nil })
    }
}
