import Lab
import Link
import Linux
import SystemPackage
import Testing
import Wire

/// What sockets share, lose and see beyond one interface.
@Suite(
    "Packet sockets in groups, at their limits, and on all interfaces",
    .enabled(if: Rights.packets, "packet sockets need an administrator's rights"), .timeLimit(.minutes(1)))
struct PacketSocketGroupTests {
    typealias Fanout = PacketSocket.Options.Fanout

    private static let type = EtherType(rawValue: 0x88B5)

    /// How a mode deals `count` like frames to two sockets.
    static let modes: [(Fanout.Mode, @Sendable (Int, Int) -> Bool)] = [
        (.hash, { $0 == 0 || $1 == 0 }), (.roundRobin, { $0 == $1 }), (.core, { $0 + $1 == 60 }),
        (.rollover, { $0 == 60 || $1 == 60 }), (.random, { $0 > 5 && $1 > 5 }), (.queue, { $0 + $1 == 60 }),
    ]

    @Test(arguments: modes.indices, [false, true])
    func `a group's mode says who gets a frame, and nobody gets it twice`(_ mode: Int, _ isRing: Bool) async throws {
        let wired = try await Wired()
        let counts = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: Self.type)
            options.fanout = Fanout(group: 41, mode: Self.modes[mode].0)
            if isRing { options.receiveRing = PacketSocket.Options.Ring() }
            var first = try PacketSocket(options)
            var second = try PacketSocket(options)
            try Self.send(60, from: wired.first)
            var numbers: [UInt8] = []
            // A ring's block is handed over after its timeout, and nobody knows whose it is.
            var counts = [0, 0]
            let deadline = ContinuousClock.now + .seconds(2)
            while numbers.count < 60, ContinuousClock.now < deadline {
                counts[0] += try first.poll { octets, _ in numbers.append(octets.copied()[14]) }
                counts[1] += try second.poll { octets, _ in numbers.append(octets.copied()[14]) }
            }
            #expect(numbers.sorted() == Array(0..<60))
            return counts
        }
        #expect(Self.modes[mode].1(counts[0], counts[1]), "\(counts)")
    }

    @Test func `a frame for a socket that is full goes to another if that is wanted`() async throws {
        let wired = try await Wired()
        for rollsOver in [false, true] {
            let shares = try inside(wired.second) {
                var options = PacketSocket.Options(interface: "eth0", etherType: Self.type)
                // Frames of one flow are all for one of the two, which has room for few.
                options.fanout = Fanout(group: 42, mode: .hash, rollsOver: rollsOver)
                options.receiveBufferSize = 8192
                var sockets = try [Kept(PacketSocket(options)), Kept(PacketSocket(options))]
                try Self.send(200, from: wired.first)
                defer { sockets = [] }
                return try sockets.map { try $0.socket.poll { _, _ in } }
            }
            #expect(shares.contains { $0 > 0 })
            #expect(shares.allSatisfy { $0 > 0 } == rollsOver, "\(shares)")
        }
    }

    @Test(arguments: [false, true])
    func `frames that find no room are counted, and the rest arrive`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let (count, first, second) = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: Self.type)
            options.receiveBufferSize = 16_384
            if isRing { options.receiveRing = PacketSocket.Options.Ring(blockSize: 4096, blockCount: 2) }
            var socket = try PacketSocket(options)
            try Self.send(2000, from: wired.first)
            let statistics = try socket.statistics()
            var count = 0
            while true {
                let fresh = try socket.poll { _, _ in }
                if fresh == 0 { break }
                count += fresh
            }
            try Self.send(3, from: wired.first)
            #expect(try socket.collect(3).count == 3)
            return (count, statistics, try socket.statistics())
        }
        #expect(first.frames == 2000 && first.drops > 1000)
        #expect(first.frames - first.drops == count)
        #expect(!isRing || first.freezes > 0)
        // The counters go on from where they were though the kernel begins anew.
        #expect(second.frames == 2003 && second.drops == first.drops)
    }

    @Test(arguments: [false, true])
    func `a socket on all interfaces tells each frame's own`(_ isCooked: Bool) async throws {
        let (middle, left, right) = (
            try await Namespace("link-m"), try await Namespace("link-l"), try await Namespace("link-r")
        )
        try await Namespace.connect(middle, "left", to: left)
        try await Namespace.connect(middle, "right", to: right)
        for (namespace, name) in [(middle, "left"), (middle, "right"), (left, "eth0"), (right, "eth0")] {
            try await namespace.awaitCarrier(name)
        }
        let got = try inside(middle) {
            var options = PacketSocket.Options(interface: nil, etherType: Self.type)
            options.mode = isCooked ? .cooked : .raw
            var socket = try PacketSocket(options)
            #expect(socket.hardwareAddress == nil)
            try Self.send(1, from: left)
            try Self.send(1, from: right)
            return (
                try socket.collect(2), try Interfaces.named("left").index, try Interfaces.named("right").index
            )
        }
        #expect(got.0.map(\.information.interfaceIndex) == [got.1, got.2])
        #expect(got.0.map(\.information.hardwareType) == [1, 1])
        #expect(got.0.map(\.octets.count) == (isCooked ? [46, 46] : [60, 60]))
        // What a cooked header tells of the same frame.
        let header = CookedHeader(try #require(got.0.last).information)
        #expect(header.etherType == Self.type && header.interfaceIndex == got.2 && header.packetType == .broadcast)
    }

    @Test func `a filter for cooked frames is in force on all interfaces`() async throws {
        let wired = try await Wired()
        let numbers = try inside(wired.second) {
            let index = try Interfaces.named("eth0").index
            var seen: [[Int]] = []
            for expression in ["ifindex \(index)", "ifindex \(index + 1)", "inbound", "outbound", "ether proto 0x88b6"]
            {
                // A socket of one type does not see what this machine sends.
                var options = PacketSocket.Options(interface: nil)
                options.mode = .cooked
                options.filter = try FilterProgram(
                    expression: "(ether proto 0x88b5 or ether proto 0x88b6) and \(expression)", linkType: .linuxCooked2
                ).cooked()
                var socket = try PacketSocket(options)
                try Self.send(2, from: wired.first)
                try Self.send(1, from: wired.second)
                seen.append([try socket.poll { _, _ in }])
            }
            return seen.map { $0[0] }
        }
        #expect(numbers == [3, 0, 2, 1, 0])
    }

    @Test func `an interface is in promiscuous mode while a socket wants it`() async throws {
        let wired = try await Wired()
        let name = wired.first.name
        let counts = try inside(wired.first) {
            var options = PacketSocket.Options(interface: "eth0", etherType: .arp)
            var plain = try PacketSocket(options)
            var counts = [Self.promiscuity(name)]
            options.isPromiscuous = true
            let other = try PacketSocket(options)
            counts.append(Self.promiscuity(name))
            try plain.setPromiscuous(true)
            counts.append(Self.promiscuity(name))
            other.close()
            counts.append(Self.promiscuity(name))
            try plain.setPromiscuous(false)
            counts.append(Self.promiscuity(name))
            return counts
        }
        #expect(counts == [0, 1, 2, 1, 0])
    }

    @Test func `a sender whose queue is full waits for room, until its deadline`() async throws {
        let wired = try await Wired()
        try await wired.first.run(
            "tc", ["qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "8kbit", "burst", "2kb", "limit", "10mb"])
        let (failure, spent) = try inside(wired.first) {
            var socket = try PacketSocket(PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0)))
            let start = ContinuousClock.now
            let octets = frame(1, count: 1000)
            let failure = #expect(throws: LinkError.self) {
                try socket.send(count: 5000, until: .after(.milliseconds(200))) { _, place in
                    place.append(copying: octets)
                }
            }
            return (failure, ContinuousClock.now - start)
        }
        #expect(failure == .timedOut)
        #expect(spent >= .milliseconds(200) && spent < .seconds(5))
    }

    @Test(arguments: [false, true])
    func `a sender finds an interface that was made again, and says when it is down`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let kept = try inside(wired.first) {
            var options = PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0))
            if isRing { options.transmitRing = PacketSocket.Options.Ring(blockSize: 8192, blockCount: 2) }
            return Kept(try PacketSocket(options))
        }
        try await wired.first.run("ip", ["link", "set", "eth0", "down"])
        let down = try inside(wired.first) {
            #expect(throws: LinkError.self) { try kept.socket.send(frame(1)) }
        }
        #expect(down?.description.contains("on eth0: ") == true, "\(String(describing: down))")
        #expect(down?.description.contains("the interface is down: `ip link set … up`") == true)
        try await wired.first.run("ip", ["link", "delete", "eth0"])
        try await Namespace.connect(wired.first, to: wired.second)
        try await wired.settle()
        let got = try inside(wired.second) {
            var receiver = try PacketSocket(PacketSocket.Options(interface: "eth0", etherType: Self.type))
            try inside(wired.first) { try kept.socket.send(frame(9)) }
            return try receiver.collect(2, within: 1)
        }
        // What could not be sent before does not come late.
        #expect(got.map(\.octets) == [frame(9)])
    }

    @Test func `a filter that is locked from the begin cannot be changed`() throws {
        var options = PacketSocket.Options(interface: "lo")
        options.filter = .rejectAll
        options.isFilterLocked = true
        var socket = try PacketSocket(options)
        #expect(throws: LinkError.call("setsockopt", interface: "lo", code: .notPermitted)) {
            try socket.setFilter(.acceptAll)
        }
        #expect(throws: LinkError.self) { try socket.removeFilter() }
    }

    private static func send(_ count: Int, from namespace: Namespace) throws {
        try inside(namespace) {
            var sender = try PacketSocket(
                PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0)))
            for number in 0..<count { try sender.send(frame(UInt8(truncatingIfNeeded: number))) }
        }
    }

    /// How many want the mode, which the flags do not tell (`ip -d link`).
    private static func promiscuity(_ namespace: String) -> Int {
        let words = Shell.output("ip -n \(namespace) -d link show eth0")?.split(separator: " ") ?? []
        return words.firstIndex(of: "promiscuity").flatMap { Int(words[$0 + 1]) } ?? -1
    }
}
