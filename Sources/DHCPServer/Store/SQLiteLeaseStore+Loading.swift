package import DHCP
import GRDB
import Wire

extension SQLiteLeaseStore {
    package func load(_ body: (Lease) -> Void) throws(LeaseStoreError) -> [BadRow] {
        var bad: [BadRow] = []
        do {
            try queue.writeWithoutTransaction { db in
                var rows: [(source: String, row: Int64, reason: String)] = []
                try Self.read4(db, body, &rows)
                try Self.read6(db, body, &rows)
                guard !rows.isEmpty else { return }
                try db.inTransaction(.immediate) {
                    for row in rows { bad.append(try Self.setAside(row.source, row.row, row.reason, db)) }
                    return .commit
                }
            }
        } catch {
            throw Self.explained(error, path)
        }
        return bad
    }

    private static func read4(
        _ db: Database, _ body: (Lease) -> Void, _ bad: inout [(source: String, row: Int64, reason: String)]
    ) throws {
        let statement = try SQLiteStatement(
            "SELECT address, client_kind, client, state, expiry, contact, hardware, name, attachment FROM lease4",
            in: db)
        defer { statement.reset() }
        while try statement.step() {
            do throws(RowProblem) {
                guard let number = statement.integer(0), let address = UInt32(exactly: number), address != 0 else {
                    throw RowProblem("no IPv4 address")
                }
                body(try lease(LeaseAddress(IPv4Address(rawValue: address)), statement, from: 1))
            } catch {
                bad.append(("lease4", statement.integer(0) ?? 0, error.reason))
            }
        }
    }

    private static func read6(
        _ db: Database, _ body: (Lease) -> Void, _ bad: inout [(source: String, row: Int64, reason: String)]
    ) throws {
        let statement = try SQLiteStatement(
            """
            SELECT address, length, family, client_kind, client, state, expiry, contact, hardware, name, attachment, id
            FROM lease6
            """, in: db)
        defer { statement.reset() }
        while try statement.step() {
            do throws(RowProblem) {
                body(try lease(try address6(statement), statement, from: 3))
            } catch {
                bad.append(("lease6", statement.integer(11) ?? 0, error.reason))
            }
        }
    }

    private static func address6(_ statement: SQLiteStatement) throws(RowProblem) -> LeaseAddress {
        guard let octets = statement.octets(0), octets.count == 16 else { throw RowProblem("no IPv6 address") }
        let address = octets.span.octets.ipv6Address(at: 0)
        guard let length = statement.integer(1), let family = statement.integer(2) else {
            throw RowProblem("no prefix length or family")
        }
        switch family {
        case Int64(LeaseAddress.Family.v6.rawValue) where length == 128: return LeaseAddress(address)
        case Int64(LeaseAddress.Family.prefix.rawValue):
            guard (0...128).contains(length), let prefix = IPv6Prefix(address, length: Int(length)) else {
                throw RowProblem("no prefix")
            }
            return LeaseAddress(prefix)
        default: throw RowProblem("unknown family")
        }
    }

    /// What is wrong with a row.
    private struct RowProblem: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    /// The columns that all families have in common.
    private static func lease(
        _ address: LeaseAddress, _ statement: SQLiteStatement, from first: Int32
    ) throws(RowProblem) -> Lease {
        guard
            let kind = statement.integer(first).flatMap({ UInt8(exactly: $0) }).flatMap({
                ClientIdentity.Kind(rawValue: $0)
            }),
            let octets = statement.octets(first + 1), let client = ClientIdentity(kind, octets.span.octets)
        else { throw RowProblem("no client") }
        guard (kind == .identityAssociation) == (address.family != .v4),
            kind != .identityAssociation || client.duid != nil
        else { throw RowProblem("a client of another family") }
        guard let number = statement.integer(first + 2),
            let state = UInt8(exactly: number).flatMap({ Lease.State(rawValue: $0) }),
            state != .offered
        else { throw RowProblem("unknown state") }
        guard let expiry = statement.integer(first + 3).flatMap({ Instant(stored: $0) }),
            let contact = statement.integer(first + 4).flatMap({ Instant(stored: $0) })
        else { throw RowProblem("no time") }
        guard let hardware = statement.integer(first + 5), hardware >= 0, hardware >> 48 == 0 else {
            throw RowProblem("no hardware address")
        }
        var lease = Lease(
            address, client: client, state: state, expiry: expiry, lastContact: contact,
            hardwareAddress: MACAddress(rawValue: UInt64(hardware)))
        guard let name = statement.text(first + 6), name.utf8.count <= Lease.hostNameLimit,
            let attachment = statement.octets(first + 7), attachment.count <= Lease.attachmentLimit
        else { throw RowProblem("no name or attachment") }
        lease.hostName = name
        lease.attachment = attachment
        return lease
    }

    /// Moves a row to where it harms nobody, with all that it held.
    private static func setAside(_ source: String, _ row: Int64, _ reason: String, _ db: Database) throws -> BadRow {
        let key = source == "lease4" ? "rowid" : "id"
        let columns = try db.columns(in: source).map(\.name)
        let content = columns.map { "'\($0)=' || quote(\($0))" }.joined(separator: " || ' ' || ")
        try db.execute(
            sql:
                "INSERT INTO set_aside (source, reason, content) SELECT ?, ?, \(content) FROM \(source) WHERE \(key) = ?",
            arguments: [source, reason, row])
        let place = "set_aside \(db.lastInsertedRowID)"
        try db.execute(sql: "DELETE FROM \(source) WHERE \(key) = ?", arguments: [row])
        return BadRow(row: place, reason: "\(source): \(reason)")
    }
}
