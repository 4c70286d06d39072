package import DHCP
import GRDB
import Linux
import Wire

/// Leases in an SQLite database: one transaction and one sync for each batch (`https://www.sqlite.org/wal.html`).
///
/// In write-ahead mode with `synchronous=FULL` a commit has returned when the log has reached the disk. A process that is killed,
/// or a machine that loses its power, so loses nothing that was committed; the next start reads the log.
package final class SQLiteLeaseStore: LeaseStore {
    let queue: DatabaseQueue
    let path: String

    /// What the program cannot do without, one after the other; a file remembers how many it has seen (`user_version`).
    private static let migrations = [
        """
        CREATE TABLE lease4 (
            address INTEGER PRIMARY KEY, client_kind INTEGER, client BLOB, state INTEGER, expiry INTEGER,
            contact INTEGER, hardware INTEGER, name TEXT, attachment BLOB);
        CREATE TABLE lease6 (
            id INTEGER PRIMARY KEY, address BLOB, length INTEGER, family INTEGER, client_kind INTEGER, client BLOB,
            state INTEGER, expiry INTEGER, contact INTEGER, hardware INTEGER, name TEXT, attachment BLOB,
            UNIQUE (address, length));
        CREATE TABLE set_aside (id INTEGER PRIMARY KEY, source TEXT, reason TEXT, content TEXT);
        CREATE TABLE reservation (address TEXT PRIMARY KEY, client TEXT) WITHOUT ROWID;
        CREATE TABLE server (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        """
    ]

    /// Opens the database, and makes it where there is none.
    ///
    /// Its folder is made, too, if that is all that is missing. A file that is damaged gets another name, so that the next start has
    /// an empty one, and is an error once: somebody is to know that nothing is known of what was lent.
    package init(path: String) throws(LeaseStoreError) {
        File.makeFolder(of: path)
        self.path = path
        do {
            queue = try Self.open(path)
        } catch {
            throw Self.explained(error, path)
        }
    }

    /// What an error means, in words; a damaged file is set aside.
    static func explained(_ error: any Error, _ path: String) -> LeaseStoreError {
        guard let error = error as? DatabaseError else { return LeaseStoreError("\(path): \(error)") }
        let words = "\(path): \(error.message ?? "\(error.resultCode)")"
        let code = error.resultCode.primaryResultCode
        guard code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB else { return LeaseStoreError(words) }
        var name = path + ".damaged"
        var number = 1
        while File.exists(name), number < 1000 {
            number += 1
            name = path + ".damaged-\(number)"
        }
        guard File.rename(path, to: name) else {
            return LeaseStoreError(
                "\(words); and it cannot be renamed: move it away, or restore a copy", isDamage: true)
        }
        for end in ["-wal", "-shm"] { _ = File.rename(path + end, to: name + end) }
        return LeaseStoreError(
            "\(words); it was set aside as \(name): restore a copy, or start again with no leases", isDamage: true)
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.label = "leases"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // One server owns the file: no lock is taken and given back for each transaction, and two servers cannot be wrong.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // By hand, for GRDB's own way to this mode goes on to `synchronous = NORMAL`, which syncs at checkpoints only.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -8192")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let settings = try queue.read { db in
            (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
        }
        guard settings.0 == "wal", let sync = settings.1, sync >= 2 else {
            throw DatabaseError(
                message: "this SQLite does not sync each commit (\(settings.0 ?? "?"), \(settings.1 ?? -1))")
        }
        try queue.write { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version <= migrations.count else {
                throw DatabaseError(
                    resultCode: .SQLITE_MISMATCH, message: "it was written by a later version of this program")
            }
            for migration in migrations[version...] { try db.execute(sql: migration) }
            try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
            // Pages that are no pages, before a client is told anything that rests on them.
            let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "ok"
            guard finding == "ok" else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: finding) }
        }
        return queue
    }

    /// Puts the log's pages into the database, and takes the log away.
    ///
    /// Should it fail, the next start reads the log, as after a crash.
    package func close() { try? queue.close() }

    package func commit(_ changes: [LeaseChange]) throws(LeaseStoreError) {
        guard !changes.isEmpty else { return }
        do {
            try queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    for change in changes { try apply(change, db) }
                    return .commit
                }
            }
        } catch {
            throw LeaseStoreError("\(error)")
        }
    }

    private func apply(_ change: LeaseChange, _ db: Database) throws {
        var statement: SQLiteStatement
        switch change {
        case .put(let lease):
            precondition(lease.state != .offered, "an offer is no promise, and is not written")
            statement = try SQLiteStatement(lease.address.family == .v4 ? Self.put4 : Self.put6, in: db)
            Self.bind(lease.address, to: &statement)
            if lease.address.family != .v4 { statement.bind(Int64(lease.address.family.rawValue)) }
            statement.bind(Int64(lease.client.kind.rawValue))
            statement.bind(lease.client.octets)
            statement.bind(Int64(lease.state.rawValue))
            statement.bind(lease.expiry.stored)
            statement.bind(lease.lastContact.stored)
            statement.bind(Int64(lease.hardwareAddress.rawValue))
            statement.bind(lease.hostName)
            statement.bind(lease.attachment)
        case .remove(let address):
            statement = try SQLiteStatement(address.family == .v4 ? Self.remove4 : Self.remove6, in: db)
            Self.bind(address, to: &statement)
        }
        _ = try statement.step()
        statement.reset()
    }

    private static func bind(_ address: LeaseAddress, to statement: inout SQLiteStatement) {
        if address.family == .v4 {
            statement.bind(Int64(address.rawValue))
        } else {
            statement.bind([UInt8](capacity: 16) { $0.append(uint128: address.rawValue) })
            statement.bind(Int64(address.prefixLength))
        }
    }

    private static let put4: String = "INSERT OR REPLACE INTO lease4 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    private static let put6: String =
        "INSERT OR REPLACE INTO lease6 VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    private static let remove4: String = "DELETE FROM lease4 WHERE address = ?"
    private static let remove6: String = "DELETE FROM lease6 WHERE address = ? AND length = ?"

    package func reservations() throws(LeaseStoreError) -> [StoredReservation] {
        try stating {
            try queue.read { db in
                try Row.fetchAll(db, sql: "SELECT address, client FROM reservation ORDER BY address").compactMap {
                    row in
                    guard let address = String.fromDatabaseValue(row["address"] as DatabaseValue),
                        let client = String.fromDatabaseValue(row["client"] as DatabaseValue)
                    else { return nil }
                    return StoredReservation(address: address, client: client)
                }
            }
        }
    }

    package func keep(_ reservation: StoredReservation) throws(LeaseStoreError) {
        try stating {
            try queue.write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO reservation VALUES (?, ?)",
                    arguments: [reservation.address, reservation.client])
            }
        }
    }

    package func forgetReservation(of address: String) throws(LeaseStoreError) {
        try stating {
            try queue.write { db in
                try db.execute(sql: "DELETE FROM reservation WHERE address = ?", arguments: [address])
            }
        }
    }

    /// Runs `body`, and says in words what it throws.
    private func stating<Result>(_ body: () throws -> Result) throws(LeaseStoreError) -> Result {
        do {
            return try body()
        } catch {
            throw LeaseStoreError("\(error)")
        }
    }

    /// How far the server's clock was from the time of day, in nanoseconds, when that was last noted; nil if it never was.
    package var clockOffset: Int64? {
        get {
            try? queue.read { db in try Int64.fetchOne(db, sql: "SELECT value FROM server WHERE name = 'clock'") }
        }
        set {
            try? queue.write { db in
                try db.execute(sql: "INSERT OR REPLACE INTO server VALUES ('clock', ?)", arguments: [newValue])
            }
        }
    }
}

extension Instant {
    /// Whole seconds since 1970; the greatest number is never.
    var stored: Int64 { self == .never ? .max : seconds }

    /// What `stored` wrote; nil for what no clock reads.
    init?(stored: Int64) {
        guard stored != .max else {
            self = .never
            return
        }
        // Up to the year 2262, which is where nanoseconds end.
        guard (0...9_223_372_036).contains(stored) else { return nil }
        self.init(seconds: stored)
    }
}
