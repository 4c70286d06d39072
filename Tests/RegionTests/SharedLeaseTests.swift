import DHCP
import Foundation
import Hypervisor
import Lab
import Testing
import Wire

@Suite("Leases in etcd", .serialized, .timeLimit(.minutes(5)))
struct SharedLeaseTests {
    private func lease(_ address: String, _ number: UInt8, until: Int64 = 4_000_000_000) throws -> Lease {
        let octets: [UInt8] = [1, 2, 0, 0, 0, 0, number]
        let client = ClientIdentity(.clientIdentifier, octets.span.octets)
        var lease = Lease(
            LeaseAddress(try #require(IPv4Address(address))), client: try #require(client), state: .bound,
            expiry: Instant(seconds: until),
            lastContact: Instant(seconds: 1_700_000_000),
            hardwareAddress: MACAddress(rawValue: 0x0200_0000_0000 | UInt64(number)))
        lease.hostName = number % 2 == 0 ? "host\(number)" : ""
        lease.attachment = number % 3 == 0 ? [1, 2, 0xFF] : []
        return lease
    }

    @Test func `of two servers one gets the address, and the other learns whose it is`() async throws {
        let cluster = try await EtcdCluster()
        let one = EtcdLeaseStore(try RegionSite.client(cluster), name: "lan")
        let two = EtcdLeaseStore(try RegionSite.client(cluster), name: "lan")
        #expect(try one.load { _ in Issue.record("there are none") }.isEmpty)
        #expect(try two.load { _ in Issue.record("there are none") }.isEmpty)
        let (mine, yours, third) = (try lease("192.0.2.5", 6), try lease("192.0.2.5", 8), try lease("192.0.2.9", 8))
        #expect(try one.commitShared([.put(mine)]) == [])
        // The rest of the batch is taken.
        #expect(try two.commitShared([.put(yours), .put(third)]) == [mine.address])
        #expect(two.takeChangesOfOthers().contains(.put(mine)))
        try await Wait.until("one hears of it") { one.takeChangesOfOthers() == [.put(third)] }
        // Knowing it, two may renew it; one, which does not know yet, may not.
        let renewed = try lease("192.0.2.5", 6, until: 4_000_000_100)
        #expect(try two.commitShared([.put(renewed)]) == [])
        #expect(try one.commitShared([.remove(mine.address)]) == [mine.address])
        #expect(one.takeChangesOfOthers() == [.put(renewed)])
        #expect(try one.commitShared([.remove(mine.address)]) == [])
        // A server that starts finds what is there; a row that is none is told of.
        try await cluster.control("put", "/dhcp/lan/lease/4/c0000207/32", "nonsense")
        let three = EtcdLeaseStore(try RegionSite.client(cluster), name: "lan")
        var found: [Lease] = []
        #expect(try three.load { found.append($0) }.map(\.row) == ["/dhcp/lan/lease/4/c0000207/32"])
        #expect(found == [third])
        try three.keep(StoredReservation(address: "192.0.2.50", client: "02:00:00:00:00:01"))
        #expect(try one.reservations() == [StoredReservation(address: "192.0.2.50", client: "02:00:00:00:00:01")])
    }

    @Test func `what is larger than one transaction is taken all the same`() async throws {
        let cluster = try await EtcdCluster()
        let store = EtcdLeaseStore(try RegionSite.client(cluster), name: "lan")
        _ = try store.load { _ in }
        let leases = try (0..<500).map { try lease("10.0.\($0 / 250).\($0 % 250 + 1)", UInt8($0 % 250)) }
        #expect(try store.commitShared(leases.map { .put($0) }) == [])
        let other = EtcdLeaseStore(try RegionSite.client(cluster), name: "lan")
        var found: [Lease] = []
        _ = try other.load { found.append($0) }
        #expect(found.sorted { $0.address.rawValue < $1.address.rawValue } == leases)
    }

    @Test(
        .enabled("the tools or rights are missing") {
            await Namespace.isPermitted() && Program.find("busybox") != nil
        })
    func `two servers on a link lend each address once, and one goes on when the other is killed`() async throws {
        let folder = try TemporaryFolder("shared")
        let link = try await Switch()
        let (keeper, client) = (try await Namespace("etcd"), try await Namespace("client"))
        let hosts = [try await Namespace("dhcp0"), try await Namespace("dhcp1")]
        try await link.plug(keeper, address: "192.0.2.1/24")
        try await link.plug(client)
        for (number, host) in hosts.enumerated() { try await link.plug(host, address: "192.0.2.\(number + 2)/24") }
        let cluster = try await EtcdCluster(in: keeper, at: "192.0.2.1")
        var servers: [Lab.Process] = []
        for (number, host) in hosts.enumerated() {
            let file = try folder.write(
                """
                version: 1
                leases: etcd://\(cluster.urls[0].dropFirst("http://".count))/lan
                control: \(folder.file("control\(number).sock"))
                limits: { rate: 1000, burst: 1000 }
                networks:
                  lan:
                    interface: eth0
                    v4: { subnet: 192.0.2.0/24, pools: 192.0.2.100-192.0.2.123, probe: 0s, options: { routers: 192.0.2.1 } }
                """, to: "dhcp\(number).yaml")
            var options = Lab.Process.Options()
            options.namespace = host.name
            options.errors = .file(folder.file("dhcp\(number).log"))
            servers.append(try Lab.Process(Binary.path, ["dhcp", "run", "--verbose", file], options: options))
            try await Wait.until("server \(number) is ready", within: .seconds(20)) {
                Files.text(folder.file("dhcp\(number).log"))?.contains("ready") == true
            }
        }
        @Sendable func lend(_ number: Int) async throws -> String? {
            let identifier = String(0x1000 + number, radix: 16)
            let output = try await client.run(
                "sh",
                [
                    "-c",
                    "busybox udhcpc -i eth0 -n -q -f -t 6 -T 2 -s /bin/true -C -x 0x3d:0000\(identifier) 2>&1 || true",
                ])
            guard let range = output.firstRange(of: "lease of "),
                let end = output[range.upperBound...].firstIndex(of: " ")
            else { return nil }
            return String(output[range.upperBound..<end])
        }
        // As many clients as addresses, all at once, twelve at a time.
        var given: [Int: String] = [:]
        try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for number in 0..<24 { group.addTask { (number, try await lend(number)) } }
            for try await (number, address) in group { given[number] = address }
        }
        #expect(given.count == 24 && Set(given.values).count == 24, "\(given)")
        #expect(try await lend(99) == nil)
        let kept = try await cluster.control("get", "--prefix", "/dhcp/lan/lease/", "--keys-only")
        #expect(kept.split(separator: "\n").filter { !$0.isEmpty }.count == 24)
        // Killed: the other knows all of them, and lends them to whose they are.
        servers[0].kill()
        await servers[0].exit()
        for number in [3, 7, 20] { #expect(try await lend(number) == given[number]) }
        #expect(try await lend(98) == nil)
        // Without etcd nobody is lent anything; with it again all is as it was.
        await cluster.kill(0)
        #expect(try await lend(5) == nil)
        try cluster.start(0)
        try await cluster.waitUntilWorking()
        #expect(try await lend(5) == given[5])
        #expect(await servers[1].stop() == .code(0), "\(Files.text(folder.file("dhcp1.log"))?.suffix(2_000) ?? "")")
    }
}
