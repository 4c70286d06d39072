/// Rows that came, changed or went (`<table-updates2>`, ovsdb-server(7), 4.1.14).
public struct OVSDBUpdate: Hashable, Sendable {
    /// What became of a row.
    public enum Change: Hashable, Sendable {
        /// All of a row that is there, or that came.
        case insert([String: JSON])
        /// What differs: a new value, or what to put into and take out of a set or a map.
        case modify([String: JSON])
        case delete
    }

    /// By table, by the row's UUID.
    public var tables: [String: [String: Change]]

    /// Makes an update.
    public init(tables: [String: [String: Change]]) {
        self.tables = tables
    }

    /// Reads an update; nil if it is none.
    init?(_ value: JSON) {
        guard let members = value.object else { return nil }
        tables = [:]
        for (table, rows) in members {
            guard let rows = rows.object else { return nil }
            var changes: [String: Change] = [:]
            for (identifier, row) in rows {
                guard let row = row.object, row.count == 1, let (kind, columns) = row.first else { return nil }
                switch (kind, columns) {
                case ("initial", .object(let columns)), ("insert", .object(let columns)):
                    changes[identifier] = .insert(columns)
                case ("modify", .object(let columns)): changes[identifier] = .modify(columns)
                case ("delete", _): changes[identifier] = .delete
                default: return nil
                }
            }
            tables[table] = changes
        }
    }
}

/// The rows that a monitor has told of.
public struct OVSDBTables: Hashable, Sendable {
    /// By table, by the row's UUID, by column.
    public private(set) var rows: [String: [String: [String: JSON]]] = [:]

    /// The columns, by table, that hold sets which may have more than one element.
    private let sets: [String: Set<String>]

    /// Makes tables without rows.
    ///
    /// `sets` names the columns, by table, that may have more than one element: of those a change says what to put in and
    /// take out, of others the new value, and the form of neither tells which.
    public init(sets: [String: Set<String>] = [:]) {
        self.sets = sets
    }

    /// Takes an update.
    public mutating func apply(_ update: OVSDBUpdate) {
        for (table, changes) in update.tables {
            for (identifier, change) in changes {
                switch change {
                case .insert(let columns): rows[table, default: [:]][identifier] = columns
                case .delete: rows[table]?[identifier] = nil
                case .modify(let columns):
                    for (column, difference) in columns {
                        let old = rows[table]?[identifier]?[column]
                        let isSet = sets[table]?.contains(column) ?? false
                        rows[table, default: [:]][identifier, default: [:]][column] = Self.merge(
                            old, difference, isSet: isSet)
                    }
                }
            }
        }
    }

    /// A column's value after a difference (ovsdb-server(7), 4.1.14): sets exchange what is in one of both, maps put in
    /// or take out, others are replaced.
    static func merge(_ old: JSON?, _ difference: JSON, isSet: Bool) -> JSON {
        if let new = difference.pairs, let pairs = old?.pairs {
            var map = Dictionary(pairs.map { ($0[0], $0[1]) }) { $1 }
            for pair in new { map[pair[0]] = map[pair[0]] == pair[1] ? nil : pair[1] }
            let list = map.map { JSON.array([$0.key, $0.value]) }
            return .array([.string("map"), .array(list.sorted { $0.octets.lexicographicallyPrecedes($1.octets) })])
        }
        guard isSet, let old else { return difference }
        var elements = old.elements
        for element in difference.elements {
            if let index = elements.firstIndex(of: element) {
                elements.remove(at: index)
            } else {
                elements.append(element)
            }
        }
        return elements.count == 1 ? elements[0] : .array([.string("set"), .array(elements)])
    }
}

extension JSON {
    /// The pairs of a map, `["map", [[key, value], …]]`; nil for others.
    var pairs: [[JSON]]? {
        guard let array, array.count == 2, array[0] == .string("map"), let list = array[1].array else { return nil }
        let pairs = list.compactMap(\.array)
        return pairs.count == list.count && pairs.allSatisfy { $0.count == 2 } ? pairs : nil
    }

    /// Whether it is written as a set, `["set", […]]`.
    var isSet: Bool { array.map { $0.count == 2 && $0[0] == .string("set") } ?? false }

    /// The elements of a set; an atom is a set of one.
    var elements: [JSON] { isSet ? array?[1].array ?? [] : [self] }

    /// The UUID in `["uuid", "…"]`; nil for others.
    var uuid: String? {
        guard let array, array.count == 2, array[0] == .string("uuid") else { return nil }
        return array[1].string
    }
}
