import GRDB
import GRDBSQLite

/// A prepared statement of the lease store, bound and run column by column: a tenth of what general values cost.
///
/// All that is unsafe in this module's store is in this file: SQLite's own functions on a statement that GRDB keeps alive.
struct SQLiteStatement {
    private let statement: Statement
    private var parameter: Int32 = 0

    /// The statement of `sql`, prepared once for each connection.
    init(_ sql: String, in db: Database) throws {
        statement = try db.cachedStatement(sql: sql)
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
    }

    /// Binds the next parameter.
    mutating func bind(_ value: Int64) {
        parameter += 1
        _ = unsafe sqlite3_bind_int64(statement.sqliteStatement, parameter, value)
    }

    /// Binds the next parameter to a blob.
    mutating func bind(_ octets: [UInt8]) {
        parameter += 1
        // SQLITE_TRANSIENT: SQLite makes a copy before the call returns, so that the array need not live longer.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        _ = unsafe octets.withUnsafeBytes { octets in
            if unsafe octets.isEmpty { return unsafe sqlite3_bind_zeroblob(statement.sqliteStatement, parameter, 0) }
            return unsafe sqlite3_bind_blob(
                statement.sqliteStatement, parameter, octets.baseAddress, Int32(octets.count), transient)
        }
    }

    /// Binds the next parameter to text.
    mutating func bind(_ text: String) {
        parameter += 1
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        var text = text
        _ = text.withUTF8 { utf8 in
            let start = unsafe UnsafeRawPointer(utf8.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return unsafe sqlite3_bind_text(
                statement.sqliteStatement, parameter, start, Int32(utf8.count), transient)
        }
    }

    /// Goes to the next row; false at the end.
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            _ = unsafe sqlite3_reset(statement.sqliteStatement)
            throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }

    /// Ends the use of the statement, so that its transaction can end.
    func reset() {
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
    }

    /// A column of the row as an integer; nil if it holds something else.
    func integer(_ column: Int32) -> Int64? {
        let type = unsafe sqlite3_column_type(statement.sqliteStatement, column)
        return type == SQLITE_INTEGER ? unsafe sqlite3_column_int64(statement.sqliteStatement, column) : nil
    }

    /// A column of the row as octets; nil if it holds something else.
    func octets(_ column: Int32) -> [UInt8]? {
        let pointer = unsafe statement.sqliteStatement
        guard unsafe sqlite3_column_type(pointer, column) == SQLITE_BLOB else { return nil }
        // The blob is SQLite's until the next step, and is copied here.
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        return unsafe Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(pointer, column), count: count))
    }

    /// A column of the row as text; nil if it holds something else.
    func text(_ column: Int32) -> String? {
        let pointer = unsafe statement.sqliteStatement
        guard unsafe sqlite3_column_type(pointer, column) == SQLITE_TEXT else { return nil }
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        let octets = unsafe UnsafeRawBufferPointer(start: sqlite3_column_text(pointer, column), count: count)
        return unsafe String(decoding: octets, as: UTF8.self)
    }
}
