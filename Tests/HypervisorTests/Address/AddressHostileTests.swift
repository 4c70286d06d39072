import DHCP
import Hypervisor
import Link
import ServiceAPI
import Testing
import Wire

@Suite("Address conduct: hostile frames")
struct AddressHostileTests {
    let droplet = DropletClient()

    /// Frames that are answered, each with what it is counted as.
    private var frames: [[UInt8]] {
        let server = HypervisorIdentity(hardwareAddress: DropletSite.gateway).serverIdentifier
        return [
            droplet.dhcpv4(.discover), droplet.dhcpv6(.solicit, addresses: [1], prefixes: [2]),
            droplet.dhcpv6(.request, addresses: [1], server: server),
            droplet.neighborSolicitation(for: .hypervisorRouter),
            droplet.routerSolicitation(),
        ]
    }

    @Test func `a frame that is cut short anywhere is counted, and harms nobody`() throws {
        var site = DropletSite()
        try site.set {
            $0.limits.perSecond = 10_000; $0.limits.burst = 100_000
        }
        var received: UInt64 = 0
        for frame in frames {
            for length in 0..<frame.count {
                let sent = site.receive(Array(frame[..<length]))
                // The sum holds for the whole alone.
                #expect(sent.isEmpty, "\(length) octets of \(frame.count)")
                received += 1
            }
        }
        #expect(site.count("received") == received)
        let dropped = site.conduct.tally.named.filter { $0.key.hasPrefix("dropped.") }.values.reduce(0, +)
        #expect(dropped == received)
    }

    @Test func `octets that are changed at random crash nothing, and are answered to the droplet alone`() throws {
        var site = DropletSite()
        try site.set {
            $0.limits.perSecond = 10_000; $0.limits.burst = 100_000
        }
        var random = ConductRandom(seed: 11)
        for frame in frames {
            for _ in 0..<2000 {
                var changed = frame
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(
                        in: 0...255, using: &random)
                }
                // As a card would have it that says the sums are right.
                for sent in site.receive(changed, checksum: .valid) {
                    #expect(sent.tag == 17)
                    let target = sent.ethernet?.destination
                    #expect(target == droplet.hardware || target?.isMulticast == true)
                }
                site.now = site.now.advanced(byMilliseconds: 1)
            }
        }
    }

    @Test func `a wrong hardware address, in the frame or in the message, gets nothing`() throws {
        var site = DropletSite()
        try site.set()
        let other = MACAddress(0x02, 0, 0, 0, 0, 0x66)
        #expect(site.receive(droplet.dhcpv4(.discover, hardwareSource: other)).isEmpty)
        #expect(site.receive(droplet.dhcpv6(.solicit, addresses: [1], hardwareSource: other)).isEmpty)
        #expect(site.count("dropped.frame.hardware-source") == 2)
        let liar = droplet.dhcpv4(.discover) {
            $0.header.hardwareAddress = DHCPv4.HardwareAddress(other)
        }
        #expect(site.receive(liar).isEmpty)
        #expect(site.count("dropped.DISCOVER.hardware-source-mismatch") == 1)
    }

    @Test func `a frame without a tag, or with an unknown one, or with two, is nobody's`() throws {
        var site = DropletSite()
        try site.set()
        #expect(site.receive(droplet.dhcpv4(.discover), tag: nil).isEmpty)
        #expect(site.receive(droplet.dhcpv4(.discover), tag: 18).isEmpty)
        #expect(site.receive(droplet.dhcpv4(.discover), tag: 0).isEmpty)
        #expect(site.receive(droplet.dhcpv4(.discover), tag: 4095).isEmpty)
        // A tag of the droplet's own behind ours.
        let frame = droplet.dhcpv4(.discover)
        let tagged = Array(frame[..<12]) + [0x81, 0x00, 0x00, 0x12] + Array(frame[12...])
        #expect(site.receive(tagged).isEmpty)
        #expect(site.count("dropped.frame.untagged") == 2 && site.count("dropped.frame.unknown-tag") == 2)
        #expect(site.count("dropped.frame.double-tag") == 1)
    }

    @Test func `neighbor discovery from behind a router is none`() throws {
        var site = DropletSite()
        try site.set()
        for frame in [droplet.routerSolicitation(), droplet.neighborSolicitation(for: .hypervisorRouter)] {
            var far = frame
            far[21] = 254
            #expect(site.receive(far).isEmpty)
        }
        #expect(site.count("dropped.ND.hop-limit") == 2 && site.count("taken.RS") == 0)
    }

    @Test func `sums may be right, absent, or left to hardware; not wrong`() throws {
        var site = DropletSite()
        try site.set()
        let frame = droplet.dhcpv4(.discover)
        let partial = droplet.partialSum4(payload: frame.count - 34)
        for sum in [0, partial] {
            #expect(site.receive(droplet.dhcpv4(.discover, checksum: sum)).count == 1, "\(sum)")
        }
        #expect(site.receive(droplet.dhcpv4(.discover, checksum: partial ^ 0x1111)).isEmpty)
        #expect(site.count("dropped.frame.udp-checksum") == 1)
        // What the kernel says was left to hardware is not verified.
        #expect(site.receive(droplet.dhcpv4(.discover, checksum: partial ^ 0x1111), checksum: .partial).count == 1)
        var bad = droplet.neighborSolicitation(for: .hypervisorRouter)
        bad[57] ^= 1
        #expect(site.receive(bad).isEmpty && site.count("dropped.frame.icmpv6-checksum") == 1)
    }

    @Test func `who asks too often is dropped, and nobody else`() throws {
        var site = DropletSite()
        try site.set {
            $0.limits.perSecond = 5; $0.limits.burst = 10
        }
        try site.set(tag: 18) {
            $0.port = "tap18"
            $0.mac = "02:00:00:00:01:12"
        }
        let answers = (0..<1000).reduce(0) { sum, _ in sum + site.receive(droplet.dhcpv4(.discover)).count }
        #expect(answers == 10 && site.count("dropped.frame.rate-limit") == 990)
        let other = DropletClient(hardware: MACAddress(0x02, 0, 0, 0, 0x01, 0x12))
        #expect(site.receive(other.dhcpv4(.discover), tag: 18).count == 1)
        site.now = site.now.advanced(bySeconds: 1)
        #expect(site.receive(droplet.dhcpv4(.discover)).count == 1)
    }

    @Test func `what only servers and routers send is not answered`() throws {
        var site = DropletSite()
        try site.set()
        let advertisement = NeighborPacket(
            from: droplet.hardware, droplet.linkLocal, .allNodes,
            .routerAdvertisement(
                NDP.RouterAdvertisement(
                    currentHopLimit: 64, flags: [], routerLifetime: 1800, reachableTime: 0, retransmissionTimer: 0)))
        #expect(site.receive(advertisement.octets).isEmpty && site.count("dropped.ND.foreign-router") == 1)
        let offer = droplet.dhcpv4(.offer) { $0.header.operation = .reply }
        #expect(
            site.receive(offer).isEmpty
                && site.count("dropped.none.not-a-request") + site.count("dropped.OFFER.not-a-request") == 1)
    }

    @Test func `a droplet without IPv4 or IPv6 is told nothing of it`() throws {
        var site = DropletSite()
        try site.set { $0.clearIpv6() }
        #expect(site.receive(droplet.dhcpv6(.solicit, addresses: [1])).isEmpty)
        #expect(site.receive(droplet.routerSolicitation()).isEmpty && site.pass(.seconds(3600)).isEmpty)
        #expect(site.count("dropped.frame.no-ipv6") == 2)
        try site.set { $0.clearIpv4() }
        #expect(site.receive(droplet.dhcpv4(.discover)).isEmpty && site.count("dropped.frame.no-ipv4") == 1)
    }
}
