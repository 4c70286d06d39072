import DHCP
import DHCPServer
import GRDB
import Glibc
import Testing
import Wire

@Suite("SQLite lease store")
struct SQLiteLeaseStoreTests {
    /// Gives `body` the path of a database in a folder of its own.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/apus-store-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { for end in ["", "-wal", "-shm"] { unlink("\(folder)/leases.sqlite\(end)") }; rmdir(folder) }
        try body("\(folder)/leases.sqlite")
    }

    static let contact = Instant(seconds: 1_700_000_000)

    static func leases() throws -> [Lease] {
        let hardware = MACAddress(2, 0, 0x5E, 0, 0, 1)
        let client = try #require(ClientIdentity(DHCPv4.HardwareAddress(hardware)))
        let duid = try #require(DUID(octets: [UInt8](repeating: 7, count: 130)))
        let association = ClientIdentity(identityAssociation: 9, duid: duid)
        let prefix = try #require(IPv6Prefix("2001:db8:100::/56"))
        var leases = [
            Lease(
                LeaseAddress(IPv4Address(192, 0, 2, 7)), client: client, state: .bound,
                expiry: contact.advanced(bySeconds: 3600), lastContact: contact, hardwareAddress: hardware),
            Lease(
                LeaseAddress(IPv4Address(255, 255, 255, 254)), client: client, state: .declined, expiry: .never,
                lastContact: contact),
            Lease(
                LeaseAddress(IPv6Address(rawValue: .max)), client: association, state: .released, expiry: contact,
                lastContact: contact),
            Lease(LeaseAddress(prefix), client: association, state: .bound, expiry: .never, lastContact: contact),
        ]
        leases[0].hostName = "printer.example"
        leases[0].attachment = [1, 2, 3]
        return leases
    }

    private func all(_ store: SQLiteLeaseStore) throws -> ([Lease], [BadRow]) {
        var found: [Lease] = []
        let bad = try store.load { found.append($0) }
        return (found, bad)
    }

    @Test func `what is put comes back as it was, and what is removed does not`() throws {
        try withPath { path in
            let leases = try Self.leases()
            var store: SQLiteLeaseStore? = try SQLiteLeaseStore(path: path)
            try store?.commit(leases.map { .put($0) })
            try store?.commit([.put(leases[0]), .remove(leases[2].address)])
            store?.clockOffset = -5
            store = nil
            let again = try SQLiteLeaseStore(path: path)
            let (found, bad) = try all(again)
            #expect(bad.isEmpty)
            #expect(found == [leases[0], leases[1], leases[3]])
            #expect(again.clockOffset == -5)
        }
    }

    @Test func `reservations made by hand come back, too`() throws {
        try withPath { path in
            let store = try SQLiteLeaseStore(path: path)
            let reservation = StoredReservation(address: "192.0.2.7", client: "02:00:5e:00:00:01")
            try store.keep(reservation)
            try store.keep(StoredReservation(address: "192.0.2.8", client: "id:0102"))
            try store.forgetReservation(of: "192.0.2.8")
            #expect(try store.reservations() == [reservation])
        }
    }

    @Test(arguments: [
        "client_kind = 9", "client = x''", "client = NULL", "client = 'text'", "state = 0", "state = 77",
        "state = NULL",
        "expiry = -1", "expiry = 'soon'", "expiry = 9223372036854775806", "contact = NULL", "hardware = -1",
        "hardware = 281474976710656", "name = NULL", "name = x'00'", "attachment = 'text'", "client_kind = 3",
        "attachment = zeroblob(5000)", "client = zeroblob(300)",
    ])
    func `a row that cannot be understood is set aside, and the others are read`(_ damage: String) throws {
        try withPath { path in
            let leases = try Self.leases()
            var store: SQLiteLeaseStore? = try SQLiteLeaseStore(path: path)
            try store?.commit(leases.map { .put($0) })
            store = nil
            let address = try #require(leases[0].address.ipv4).rawValue
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: "UPDATE lease4 SET \(damage) WHERE address = \(address)") }
            try queue.close()
            let again = try SQLiteLeaseStore(path: path)
            let (found, bad) = try all(again)
            #expect(bad.count == 1, "\(damage)")
            #expect(found == Array(leases.dropFirst()))
            // Once is enough: the next start finds nothing wrong.
            #expect(try all(again).1.isEmpty)
        }
    }

    @Test func `a file that is no database is refused with its name`() throws {
        try withPath { path in
            _ = try? SQLiteLeaseStore(path: path)
            for end in ["-wal", "-shm"] { unlink(path + end) }
            let file = try #require(fopen(path, "w"))
            fputs(String(repeating: "this is no database ", count: 200), file)
            fclose(file)
            #expect(throws: LeaseStoreError.self) { _ = try SQLiteLeaseStore(path: path) }
        }
    }
}
