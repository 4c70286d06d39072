import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: Reconfigure and probes")
struct ReconfigureTests {
    static func site() -> ServerSite6 {
        ServerSite6(ServerSite6.configuration { $0.networks[0].allowsReconfigure = true })
    }

    static func request(accepts: Bool = true) -> DHCPv6.Message {
        Client6.message(.request, server: ServerSite6.serverID) {
            $0.append(Client6.addresses())
            if accepts { $0.append(DHCPv6.ReconfigureAccept()) }
        }
    }

    /// RFC 2202, 2.
    @Test func `the digest is the RFC's`() {
        #expect(
            HMACMD5.authenticate(Array("Hi There".utf8), key: [UInt8](repeating: 0x0B, count: 16))
                == octets("9294727a3638bb1c13f48ef8158bfc9d"))
        #expect(
            HMACMD5.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == octets("750c783e6ab0b503eaa86e310a5db738"))
        #expect(
            HMACMD5.authenticate(
                Array("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data".utf8),
                key: [UInt8](repeating: 0xAA, count: 80)) == octets("6f630fad67cda0ee1fb1f562db3aa53e"))
    }

    @Test func `a client that accepts Reconfigure gets a key, and is told by it to come again`() throws {
        var site = Self.site()
        let reply = try #require(try site.exchange(Self.request()))
        #expect(reply.options[.reconfigureAccept] != nil)
        let key = try #require(try reply.options.read(DHCPv6.Authentication.self)).fields
        #expect(key.protocolNumber == 3 && key.algorithm == 1 && key.information.count == 17 && key.information[0] == 1)
        let address = try #require(reply.addresses.keys.first)
        site.restart()
        site.now = site.now.advanced(bySeconds: 1)
        let isTold = site.server.tellToReconfigure(address, to: .renew, on: ServerSite6.link, at: site.now)
        #expect(isTold)
        site.tick()
        // On a link of ours straight to the station, which the lease names.
        let station = try #require(site.server.table[LeaseAddress(address)]).hardwareAddress
        #expect(site.outcome.transmissions.map(\.target) == [.client6(station, address, port: 546)])
        let message = try #require(try site.replies().first)
        #expect(message.type == .reconfigure && message.transactionID == 0)
        #expect(try message.options.read(DHCPv6.ReconfigureMessage.self)?.type == .renew)
        let proof = try #require(try message.options.read(DHCPv6.Authentication.self)).fields
        #expect(proof.replayDetection > key.replayDetection && proof.information[0] == 2)
        // As a client checks it: over the whole message, with zeros for the digest.
        var octets = site.outcome.octets
        octets.replaceSubrange(octets.count - 16..<octets.count, with: Array(repeating: 0, count: 16))
        #expect(HMACMD5.authenticate(octets, key: Array(key.information[1...])) == Array(proof.information[1...]))
    }

    @Test func `it is told eight times, in ever longer intervals, or until it comes`() throws {
        var site = Self.site()
        let address = try #require(try site.exchange(Self.request())?.addresses.keys.first)
        func tell() {
            let isTold = site.server.tellToReconfigure(address, to: .renew, on: ServerSite6.link, at: site.now)
            #expect(isTold)
        }
        tell()
        var times: [Int64] = []
        let begin = site.now
        while let next = site.server.nextTick, next < begin.advanced(bySeconds: 1300) {
            site.now = max(next, site.now)
            site.tick()
            times += site.outcome.transmissions.map { _ in site.now.seconds - begin.seconds }
        }
        #expect(times == [0, 2, 6, 14, 30, 62, 126, 254])
        tell()
        site.tick()
        #expect(site.outcome.transmissions.count == 1)
        _ = try site.exchange(
            Client6.message(.renew, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [address])) })
        site.pass(seconds: 300)
        #expect(site.outcome.transmissions.isEmpty)
    }

    @Test func `who has not agreed, or has no lease, is not told`() throws {
        var site = Self.site()
        let reply = try #require(try site.exchange(Self.request(accepts: false)))
        #expect(reply.options[.reconfigureAccept] == nil && reply.options[.authentication] == nil)
        let address = try #require(reply.addresses.keys.first)
        let isTold = site.server.tellToReconfigure(address, to: .renew, on: ServerSite6.link, at: site.now)
        #expect(!isTold)
        var silent = ServerSite6()
        let plain = try #require(try silent.exchange(Self.request()))
        #expect(plain.options[.reconfigureAccept] == nil && plain.options[.authentication] == nil)
    }

    @Test func `an address is asked for on the link before it is advertised for the first time`() throws {
        var site = ServerSite6(ServerSite6.configuration { $0.networks[0].subnets[0].probeTime = 500 })
        let solicit = Client6.message(.solicit) { $0.append(Client6.addresses()) }
        #expect(try site.exchange(solicit) == nil && site.outcome.probes.count == 1)
        let first = try #require(site.outcome.probes.first?.address)
        #expect(try site.exchange(solicit) == nil && site.outcome.probes.isEmpty, "one question is enough")
        site.outcome.removeAll()
        site.server.probeAnswered(first, by: ServerSite6.station(99), at: site.now, into: &site.outcome)
        site.commit()
        #expect(site.store[first]?.state == .declined)
        let second = try #require(site.outcome.probes.first?.address)
        #expect(second != first)
        site.now = site.now.advanced(byMilliseconds: 500)
        site.tick()
        let offer = try #require(try site.replies().first)
        #expect(offer.addresses.keys.first == second.ipv6)
        // Nobody is asked again for a while.
        #expect(try site.exchange(solicit)?.addresses.keys.first == second.ipv6 && site.outcome.probes.isEmpty)
    }

    @Test func `an answer of the client itself is none`() throws {
        var site = ServerSite6(ServerSite6.configuration { $0.networks[0].subnets[0].probeTime = 500 })
        let solicit = Client6.message(.solicit) { $0.append(Client6.addresses()) }
        _ = try site.exchange(solicit)
        let asked = try #require(site.outcome.probes.first?.address)
        site.outcome.removeAll()
        site.server.probeAnswered(asked, by: ServerSite6.station(1), at: site.now, into: &site.outcome)
        #expect(try site.replies().first?.addresses.keys.first == asked.ipv6)
    }
}
