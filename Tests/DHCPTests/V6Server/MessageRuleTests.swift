import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: rules")
struct MessageRuleTests {
    /// What each message must have, and must not (RFC 8415, 16).
    @Test(arguments: [
        (DHCPv6.MessageType.solicit, false), (.request, true), (.confirm, false), (.renew, true), (.rebind, false),
        (.release, true), (.decline, true),
    ])
    func `identifiers are where the message's type wants them`(type: DHCPv6.MessageType, wantsServer: Bool) throws {
        var site = ServerSite6()
        let other = ServerSite6.duid(77)
        func send(_ server: DUID?, client: Bool = true) throws -> (DHCPv6.Message?, String?) {
            var message = Client6.message(type, server: server) {
                $0.append(Client6.addresses(1, [ServerSite6.address("2001:db8:0:1::1001")]))
            }
            if !client { message.options.remove(.clientIdentifier) }
            let reply = try site.exchange(message)
            return (reply, site.dropReason)
        }
        if wantsServer {
            #expect(try send(nil).1 == "no-server-identifier")
            #expect(try send(other).1 == "other-server")
            #expect(try send(ServerSite6.serverID).0 != nil)
            #expect(try send(ServerSite6.serverID, client: false).1 == "no-client-identifier")
        } else {
            #expect(try send(ServerSite6.serverID).1 == "unexpected-server-identifier")
            #expect(try send(nil, client: false).1 == "no-client-identifier")
            #expect(try send(nil).0 != nil)
        }
        #expect(site.server.table.count <= 1)
    }

    @Test(arguments: [2, 7, 10, 13, 14, 255] as [UInt8])
    func `messages that are not for servers are counted`(type: UInt8) throws {
        var site = ServerSite6()
        var octets = written { Client6.message(.solicit).write(to: &$0) }
        octets[0] = type
        _ = site.receive(octets)
        #expect(site.outcome.transmissions.isEmpty && site.dropReason != nil)
    }

    @Test func `who speaks to our address alone is told to use the group, or not answered`() throws {
        var site = ServerSite6()
        let unicast = ServerSite6.arrival(to: ServerSite6.address("fe80::1"))
        func send(_ type: DHCPv6.MessageType, _ server: DUID?) throws -> DHCPv6.Message? {
            let message = Client6.message(type, server: server) { $0.append(Client6.addresses()) }
            _ = site.receive(written { message.write(to: &$0) }, from: unicast)
            return try site.replies().first
        }
        for type in [DHCPv6.MessageType.request, .renew, .release, .decline] {
            let reply = try #require(try send(type, ServerSite6.serverID))
            #expect(reply.status == .useMulticast && reply.options.raw.count == 3)
        }
        for type in [DHCPv6.MessageType.solicit, .confirm, .rebind] {
            #expect(try send(type, nil) == nil && site.dropReason == "unicast")
        }
        #expect(site.writes == 0)
    }

    @Test func `who confirms an address is told whether it fits the link`() throws {
        var site = ServerSite6()
        func confirm(_ addresses: [String]) throws -> DHCPv6.Message? {
            try site.exchange(
                Client6.message(.confirm) { $0.append(Client6.addresses(1, addresses.map(ServerSite6.address))) })
        }
        #expect(try confirm(["2001:db8:0:1::1001"])?.status == .success)
        #expect(try confirm(["2001:db8:0:1::1001", "2001:db8:0:2::1"])?.status == .notOnLink)
        #expect(try confirm([]) == nil && site.dropReason == "no-address")
    }

    @Test func `an address of another link is not lent, and is taken from who renews it`() throws {
        var site = ServerSite6()
        let elsewhere = ServerSite6.address("2001:db8:0:2::9")
        let request = try site.exchange(
            Client6.message(.request, server: ServerSite6.serverID) {
                $0.append(Client6.addresses(1, [elsewhere]))
            })
        #expect(request?.associationStatuses == [.notOnLink] && request?.addresses.isEmpty == true)
        let rebind = try site.exchange(Client6.message(.rebind) { $0.append(Client6.addresses(1, [elsewhere])) })
        #expect(rebind?.addresses == [elsewhere: 0])
    }

    @Test func `who renews what we do not know gets it if it is free, and is told if it is not`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 1))
        let address = try LeaseExchangeTests.lease(&site, 2)
        func renew(_ type: DHCPv6.MessageType) throws -> DHCPv6.Message? {
            try site.exchange(
                Client6.message(type, server: type == .renew ? ServerSite6.serverID : nil) {
                    $0.append(Client6.addresses(1, [address]))
                })
        }
        #expect(try renew(.renew)?.associationStatuses == [.noBinding])
        #expect(try renew(.rebind) == nil && site.dropReason == "unknown-lease")
        site.pass(seconds: 3602)
        #expect(try renew(.rebind)?.addresses == [address: 3600])
    }

    @Test func `who asks for parameters gets them, also without a name, and is told when to ask again`() throws {
        var site = ServerSite6()
        let requested: [DHCPv6.OptionCode] = [.dnsServers, .informationRefreshTime, .solicitMaximumRetransmission]
        var message = Client6.message(.informationRequest, requested: requested)
        message.options.remove(.clientIdentifier)
        let reply = try #require(try site.exchange(message))
        #expect(reply.options[.clientIdentifier] == nil && reply.options[.serverIdentifier] != nil)
        #expect(try reply.options.read(DHCPv6.InformationRefreshTime.self)?.time == .seconds(7200))
        #expect(try reply.options.read(DHCPv6.SolicitMaximumRetransmission.self)?.seconds == 600)
        let offer = try site.exchange(
            Client6.message(.solicit, requested: requested) { $0.append(Client6.addresses()) })
        #expect(offer?.options[.informationRefreshTime] == nil)
        message.options.append(Client6.addresses())
        #expect(try site.exchange(message) == nil && site.dropReason == "association-in-information")
        message.options.remove(.identityAssociation)
        message.options.append(DHCPv6.ServerIdentifier(ServerSite6.duid(5)))
        #expect(try site.exchange(message) == nil && site.dropReason == "other-server")
    }

    @Test func `temporary addresses are not lent, and the message is answered all the same`() throws {
        var site = ServerSite6()
        let offer = try #require(
            try site.exchange(
                Client6.message(.solicit) {
                    $0.append(DHCPv6.TemporaryAddresses(identifier: 9))
                    $0.append(Client6.addresses())
                }))
        let temporary = try #require(try offer.options.read(DHCPv6.TemporaryAddresses.self))
        #expect(try temporary.options.read(DHCPv6.StatusCode.self)?.status == .noAddressesAvailable)
        #expect(offer.addresses.count == 1)
    }

    @Test func `preference is told if it is configured, and in an Advertise only`() throws {
        var site = ServerSite6(ServerSite6.configuration { $0.preference = 255 })
        let offer = try site.exchange(Client6.message(.solicit) { $0.append(Client6.addresses()) })
        #expect(try offer?.options.read(DHCPv6.Preference.self)?.value == 255)
        let reply = try site.exchange(
            Client6.message(.request, server: ServerSite6.serverID) { $0.append(Client6.addresses()) })
        #expect(reply?.options[.preference] == nil)
    }

    @Test func `a name is kept as far as it is one, and nobody is told that it is in the DNS`() throws {
        var site = ServerSite6()
        let name = try #require(DomainName("Host_1.Example"))
        let reply = try #require(
            try site.exchange(
                Client6.message(.request, server: ServerSite6.serverID) {
                    $0.append(Client6.addresses())
                    $0.append(DHCPv6.ClientFQDN(name, flags: .serverUpdates))
                }))
        #expect(try reply.options.read(DHCPv6.ClientFQDN.self)?.flags == [.noUpdates, .overrides])
        #expect(site.store.values.first?.hostName == "host1.example")
    }
}
