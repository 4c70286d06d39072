import Foundation
import GRDB
import Linux
import ServiceAPI
import SwiftProtobuf
package import Wire

/// The droplets of a hypervisor in an SQLite database: one transaction and one sync for each batch of changes.
///
/// A file that is written anew with each change would be as safe, but would write all droplets for one: here a change costs what
/// it changes, and the changes of callers that come together share a sync. In write-ahead mode with `synchronous=FULL` a commit has
/// returned when the log has reached the disk (`https://www.sqlite.org/wal.html`).
package final class DropletStore: Sendable {
    private let queue: DatabaseQueue

    private static let migrations = [
        """
        CREATE TABLE droplet (
            id TEXT PRIMARY KEY, tag INTEGER, generation INTEGER, parameters BLOB) WITHOUT ROWID;
        CREATE TABLE grave (id TEXT PRIMARY KEY, generation INTEGER) WITHOUT ROWID;
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
        CREATE TABLE set_aside (number INTEGER PRIMARY KEY, reason TEXT, id, tag, generation, parameters);
        """
    ]

    /// Opens the database, and makes it where there is none.
    package init(path: String) throws(HypervisorError) {
        File.makeFolder(of: path)
        do {
            queue = try Self.open(path)
        } catch let error as DatabaseError {
            throw HypervisorError("open \(path)", error.message ?? "\(error.resultCode)")
        } catch {
            throw HypervisorError("open \(path)", "\(error)")
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.label = "droplets"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // By hand, for GRDB's own way to this mode goes on to `synchronous = NORMAL`, which syncs at checkpoints only.
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal",
                let sync = try Int.fetchOne(db, sql: "PRAGMA synchronous"), sync >= 2
            else { throw DatabaseError(message: "this SQLite does not sync each commit") }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version <= migrations.count else {
                throw DatabaseError(
                    resultCode: .SQLITE_MISMATCH, message: "it was written by a later version of this program")
            }
            for migration in migrations[version...] { try db.execute(sql: migration) }
            try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
        }
        return queue
    }

    /// Gives the file back, once what is under way is done.
    package func close() { try? queue.close() }

    /// Makes changes durable, all or none; returns when they have reached the disk.
    package func commit(_ changes: [DropletChange]) async throws(HypervisorError) {
        do {
            try await queue.write { db in for change in changes { try Self.apply(change, db) } }
        } catch {
            throw HypervisorError("keep droplets", "\(error)")
        }
    }

    private static func apply(_ change: DropletChange, _ db: Database) throws {
        switch change {
        case .put(let record, _):
            let octets: Data = try record.message.serializedBytes()
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO droplet VALUES (?, ?, ?, ?)").execute(arguments: [
                record.identifier, Int64(record.tag), Int64(bitPattern: record.generation), octets,
            ])
            try db.cachedStatement(sql: "DELETE FROM grave WHERE id = ?").execute(arguments: [record.identifier])
        case .remove(let record, let grave):
            try db.cachedStatement(sql: "DELETE FROM droplet WHERE id = ?").execute(arguments: [record.identifier])
            if let grave { try bury(record.identifier, grave, db) }
        case .bury(let identifier, let grave, _): try bury(identifier, grave, db)
        case .synced(let generation, _):
            try keep("synced", Int64(bitPattern: generation), db)
            try db.execute(
                sql: "DELETE FROM grave WHERE generation >= 0 AND generation <= ?",
                arguments: [Int64(clamping: generation)])
        case .cursor(let tag, _): try keep("cursor", Int64(tag), db)
        }
    }

    private static func bury(_ identifier: String, _ generation: UInt64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO grave VALUES (?, ?)", arguments: [identifier, Int64(bitPattern: generation)])
    }

    private static func keep(_ name: String, _ value: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO state VALUES (?, ?)").execute(arguments: [name, value])
    }

    /// Reads everything; rows that cannot be served are set aside, and told of.
    package func load(
        gateway: MACAddress? = nil
    ) throws(HypervisorError) -> (book: DropletBook, bad: [BadDroplet]) {
        do {
            return try queue.write { db in
                var book = DropletBook(gateway: gateway)
                var bad: [BadDroplet] = []
                let state = try Row.fetchAll(db, sql: "SELECT name, value FROM state").reduce(into: [String: Int64]()) {
                    guard let name = String.fromDatabaseValue($1[0] as DatabaseValue) else { return }
                    $0[name] = Int64.fromDatabaseValue($1[1] as DatabaseValue)
                }
                book.restore(
                    synced: UInt64(bitPattern: state["synced"] ?? 0),
                    cursor: UInt16(exactly: state["cursor"] ?? 0).flatMap { $0 <= 4094 ? $0 : nil } ?? 0)
                for row in try Row.fetchAll(db, sql: "SELECT id, generation FROM grave") {
                    guard let identifier = String.fromDatabaseValue(row[0] as DatabaseValue),
                        let generation = Int64.fromDatabaseValue(row[1] as DatabaseValue)
                    else { continue }
                    book.restore(grave: UInt64(bitPattern: generation), of: identifier)
                }
                // The oldest first: of two that do not go together, the one that came later is set aside.
                let rows = try Row.fetchAll(
                    db, sql: "SELECT id, tag, generation, parameters FROM droplet ORDER BY generation, id")
                for row in rows {
                    do throws(ParameterError) {
                        try book.restore(try Self.record(row))
                    } catch {
                        bad.append(try Self.setAside(row, error, db))
                    }
                }
                return (book, bad)
            }
        } catch {
            throw HypervisorError("read droplets", "\(error)")
        }
    }

    private static func record(_ row: Row) throws(ParameterError) -> DropletRecord {
        guard let identifier = String.fromDatabaseValue(row[0] as DatabaseValue) else {
            throw ParameterError("id", "it is no text")
        }
        _ = try ParameterReader.identifier(identifier, "id")
        guard let number = Int64.fromDatabaseValue(row[1] as DatabaseValue), let tag = UInt16(exactly: number),
            (1...4094).contains(tag)
        else { throw ParameterError("tag", "it is not 1 to 4094") }
        guard let generation = Int64.fromDatabaseValue(row[2] as DatabaseValue), generation != 0 else {
            throw ParameterError("generation", "there is none")
        }
        guard let octets = Data.fromDatabaseValue(row[3] as DatabaseValue),
            let message = try? Apus_Hvaddr_V1_Parameters(serializedBytes: octets)
        else { throw ParameterError("parameters", "they cannot be read") }
        return DropletRecord(
            identifier: identifier, generation: UInt64(bitPattern: generation), tag: tag, message: message,
            parameters: try DropletParameters(reading: message))
    }

    private static func setAside(_ row: Row, _ error: ParameterError, _ db: Database) throws -> BadDroplet {
        let identifier = row[0] as DatabaseValue
        try db.execute(
            sql: "INSERT INTO set_aside (reason, id, tag, generation, parameters) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                error.description, identifier, row[1] as DatabaseValue, row[2] as DatabaseValue,
                row[3] as DatabaseValue,
            ])
        try db.execute(sql: "DELETE FROM droplet WHERE id IS ?", arguments: [identifier])
        return BadDroplet(
            identifier: String.fromDatabaseValue(identifier) ?? identifier.description, reason: error.description)
    }
}

/// A row of the store that was set aside, where an operator finds it in the table `set_aside`.
package struct BadDroplet: Equatable, Sendable {
    package let identifier: String
    package let reason: String
}
