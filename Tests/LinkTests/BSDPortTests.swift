import Link
import SystemPackage
import Testing
import Wire

/// The conduct of packet sockets on the BSDs, on a system that is played.
@Suite("Packet sockets of the BSDs")
struct BSDPortTests {
    private static let own = MACAddress(2, 0, 0, 0, 0, 0xEE)

    private func options(_ change: (inout PacketSocket.Options) -> Void = { _ in }) -> PacketSocket.Options {
        var options = PacketSocket.Options(interface: "en0")
        change(&options)
        return options
    }

    private func port(
        _ system: PlayedBSD = PlayedBSD(), _ options: PacketSocket.Options? = nil
    ) throws -> BSDPort<PlayedBSD> {
        try BSDPort(system, options ?? self.options(), address: Self.own, index: 4)
    }

    private func error<R>(_ body: () throws -> R) -> LinkError? {
        do { _ = try body() } catch { return error as? LinkError }
        return nil
    }

    @Test func `a read gives every frame of a buffer, with what is known of each`() throws {
        var system = PlayedBSD()
        var outgoing = frame(2)
        outgoing.replaceSubrange(0..<12, with: [2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 0xEE])
        var other = frame(3, type: 0x0800)
        other[0] = 2
        system.reads = [
            .success(
                PlayedBSD.record(frame(1), original: 90, second: 3) + PlayedBSD.record(outgoing)
                    + PlayedBSD.record(other))
        ]
        var port = try port(system)
        var got: [Got] = []
        #expect(try port.receive { got.append(Got(octets: $0.copied(), information: $1)) } == 3)
        #expect(got.map(\.octets) == [frame(1), outgoing, other])
        #expect(got.map(\.information.packetType) == [.broadcast, .outgoing, .otherHost])
        #expect(got.map(\.information.etherType.rawValue) == [0x88B5, 0x88B5, 0x0800])
        #expect(got[0].information.originalLength == 90 && got[0].information.timestamp == 3_000_000_000)
        #expect(got[0].information.source == MACAddress(2, 0, 0, 0, 0, 1) && got[0].information.interfaceIndex == 4)
        #expect(port.system.log.last == "read 4096")
        #expect(try port.poll { _, _ in } == 0)
    }

    @Test func `what a read gave before is not there a second time behind a shorter one`() throws {
        var system = PlayedBSD()
        let records = PlayedBSD.record(frame(1)) + PlayedBSD.record(frame(2))
        system.reads = [.success(records), .success(PlayedBSD.record(frame(3)))]
        var port = try port(system)
        var numbers: [UInt8] = []
        for _ in 0..<2 { try port.poll { octets, _ in numbers.append(octets.copied()[14]) } }
        #expect(numbers == [1, 2, 3])
    }

    @Test func `frames of other types stay away, and long ones are cut`() throws {
        var system = PlayedBSD()
        system.reads = [
            .success(PlayedBSD.record(frame(1, type: 0x0800))),
            .success(PlayedBSD.record(frame(1)) + PlayedBSD.record(frame(2, count: 200))),
        ]
        var port = try port(
            system,
            options {
                $0.etherType = EtherType(rawValue: 0x88B5)
                $0.frameSize = 64
            })
        var lengths: [[Int]] = []
        // The first buffer has nothing for the caller, who waits on.
        #expect(try port.receive { lengths.append([$0.byteCount, $1.originalLength]) } == 2)
        #expect(lengths == [[60, 60], [64, 200]])
        #expect(port.system.log.suffix(3) == ["read 4096", "wait", "read 4096"])
    }

    @Test func `an interface that goes is looked for until it is back under its name`() throws {
        var system = PlayedBSD()
        system.reads = [.failure(.init(code: 6)), .success(PlayedBSD.record(frame(7)))]
        var port = try port(system)
        var numbers: [UInt8] = []
        try port.receive { octets, _ in numbers.append(octets.copied()[14]) }
        #expect(numbers == [7])
        #expect(port.system.log.suffix(4) == ["read 4096", "wait a slice", "8020426c 32", "read 4096"])
        // While it is away nothing is read, and the deadline ends the wait.
        system.reads = [.failure(.init(code: 50))]
        var lost = try BSDPort(system, options())
        #expect(try lost.poll { _, _ in } == 0)
        #expect(error { try lost.receive(until: .now) { _, _ in } } == .timedOut)
        #expect(lost.system.log.filter { $0.hasPrefix("8020426c") }.count == 2)
    }

    @Test func `a failure that does not pass is the caller's`() throws {
        var system = PlayedBSD()
        system.reads = [.failure(.init(code: 4)), .failure(.init(code: 35)), .failure(.init(code: 22))]
        var port = try port(system)
        #expect(
            error { try port.receive { _, _ in } }
                == .call("read", interface: "en0", code: Errno(rawValue: 22)))
        #expect(port.system.log.filter { $0 == "wait" }.count == 2)
    }

    @Test func `a frame is written again where the queue was full, and after the interface came back`() throws {
        var system = PlayedBSD()
        system.writes = [.init(code: 4), .init(code: 55), .init(code: 6)]
        var port = try port(system)
        let octets = frame(5)
        try port.send(octets.span.octets)
        #expect(port.system.sent == [octets])
        #expect(port.system.log.suffix(2) == ["wait to write a slice", "8020426c 32"])
        system.writes = [.init(code: 50), .init(code: 50)]
        var down = try BSDPort(system, options())
        #expect(
            error { try down.send(octets.span.octets) } == .call("write", interface: "en0", code: Errno(rawValue: 50)))
        system.writes = Array(repeating: .init(code: 35), count: 9)
        var full = try BSDPort(system, options())
        #expect(error { try full.send(octets.span.octets, until: .now) } == .timedOut)
    }

    @Test func `what is asked of a device is set in order before a frame can come`() throws {
        let port = try port(
            PlayedBSD(busy: 1),
            options {
                $0.filter = .acceptAll
                $0.isFilterLocked = true
                $0.isPromiscuous = true
                $0.ignoresOutgoing = true
            })
        #expect(
            port.system.log == [
                "open /dev/bpf0", "open /dev/bpf1", "c0044266 4", "filter 1", "8020426c 32", "80044270 4", "80044275 4",
                "80044277 4", "20004269 0", "20004268 0", "40044266 4", "4004426a 4", "2000427b 0",
            ])
        #expect(port.linkType == .ethernet)
    }

    @Test func `what a device has nothing like is refused by name`() {
        let refused: [(String, (inout PacketSocket.Options) -> Void)] = [
            ("packet socket on all interfaces", { $0.interface = nil }), ("cooked mode", { $0.mode = .cooked }),
            ("fanout", { $0.fanout = .init(group: 1) }), ("packet ring", { $0.receiveRing = .init() }),
            ("packet ring", { $0.transmitRing = .init() }),
            ("way around the queueing discipline", { $0.bypassesQueue = true }),
            (
                "facts beside a frame's octets for a filter",
                { $0.filter = try? FilterProgram([.load(.packetType), .keepAccumulator]) }
            ),
        ]
        for (what, change) in refused {
            #expect(error { try port(PlayedBSD(), options(change)) } == .unsupported(what))
        }
        var system = PlayedBSD()
        system.canLock = false
        #expect(error { try port(system, options { $0.isFilterLocked = true }) } == .unsupported("lock for filters"))
        #expect(
            error {
                var port = try port(); try port.setPromiscuous(false)
            } != nil)
    }

    @Test func `errors of opening name the call, and an interface that is not there by its name`() {
        var system = PlayedBSD()
        (system.failing, system.code) = (.setInterface, 6)
        #expect(error { try port(system) } == .noInterface("en0"))
        (system.failing, system.code) = (.immediate, 22)
        #expect(error { try port(system) } == .call("BIOCIMMEDIATE", interface: "en0", code: Errno(rawValue: 22)))
        (system.failing, system.code) = (.linkType, 22)
        #expect(error { try port(system) } == .call("BIOCGDLT", interface: "en0", code: Errno(rawValue: 22)))
        #expect(
            error { try port(PlayedBSD(busy: 300)) } == .call("open", interface: "en0", code: Errno(rawValue: 16)))
    }

    @Test func `filters are replaced and counters are told`() throws {
        var port = try port()
        try port.setFilter(.rejectAll)
        try port.setPromiscuous(true)
        #expect(port.system.log.suffix(2) == ["filter 1", "20004269 0"])
        let statistics = try port.statistics()
        #expect(statistics.frames == 263 && statistics.drops == 2)
    }

    @Test func `records that lie are counted, and the frames before them are lent`() throws {
        var system = PlayedBSD()
        var records = PlayedBSD.record(frame(1)) + PlayedBSD.record(frame(2))
        // The second record's captured length.
        records[PlayedBSD.record(frame(1)).count + 17] = 0xFF
        system.reads = [.success(records)]
        var port = try port(system)
        #expect(try port.poll { _, _ in } == 1)
        #expect(port.brokenRecords == 1)
    }
}
