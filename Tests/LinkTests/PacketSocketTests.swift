import Glibc
import Lab
import Link
import Linux
import SystemPackage
import Testing
import Wire

@Suite(
    "Packet sockets", .enabled(if: Rights.packets, "packet sockets need an administrator's rights"),
    .timeLimit(.minutes(1)))
struct PacketSocketTests {
    /// A way to receive and a way to send.
    struct Form: Sendable, CustomTestStringConvertible {
        var receivesByRing = false
        var sendsByRing = false
        var isCooked = false
        var testDescription: String { "rx ring \(receivesByRing), tx ring \(sendsByRing), cooked \(isCooked)" }

        static let all = (0..<8).map {
            Form(receivesByRing: $0 & 1 != 0, sendsByRing: $0 & 2 != 0, isCooked: $0 & 4 != 0)
        }

        func options(isReceiver: Bool) -> PacketSocket.Options {
            var options = PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0x88B5))
            options.mode = isCooked ? .cooked : .raw
            options.hasTimestamps = true
            if isReceiver, receivesByRing { options.receiveRing = PacketSocket.Options.Ring() }
            if !isReceiver, sendsByRing {
                options.transmitRing = PacketSocket.Options.Ring(blockSize: 8192, blockCount: 4)
            }
            return options
        }
    }

    @Test(arguments: Form.all)
    func `frames arrive whole, in order, and with what is known of them`(_ form: Form) async throws {
        let wired = try await Wired()
        let got = try inside(wired.second) {
            var receiver = try PacketSocket(form.options(isReceiver: true))
            let wanted = 200
            try inside(wired.first) {
                var sender = try PacketSocket(form.options(isReceiver: false))
                let address = PacketAddress(.broadcast, EtherType(rawValue: 0x88B5))
                try sender.send(count: wanted, to: form.isCooked ? address : nil, until: .after(.seconds(2))) {
                    number, place in
                    let octets = frame(UInt8(number))
                    place.append(copying: (form.isCooked ? Array(octets[14...]) : octets).span.octets)
                }
            }
            return (try receiver.collect(wanted), receiver.hardwareAddress, try receiver.statistics())
        }
        #expect(got.0.count == 200)
        for (number, item) in got.0.enumerated() {
            let sent = frame(UInt8(number))
            #expect(item.octets == (form.isCooked ? Array(sent[14...]) : sent))
            #expect(item.information.originalLength == item.octets.count)
            #expect(item.information.packetType == .broadcast)
            #expect(item.information.etherType == EtherType(rawValue: 0x88B5))
            #expect(item.information.timestamp > 1_700_000_000_000_000_000)
            if !form.isCooked { #expect(item.information.source == MACAddress(2, 0, 0, 0, 0, UInt8(number))) }
        }
        #expect(got.1 != nil)
        #expect(got.2.frames == 200 && got.2.drops == 0)
    }

    @Test(arguments: [false, true])
    func `a tag that the kernel took off comes beside the frame`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let got = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0")
            if isRing { options.receiveRing = PacketSocket.Options.Ring() }
            var receiver = try PacketSocket(options)
            try inside(wired.first) {
                var sender = try PacketSocket(PacketSocket.Options(interface: "eth0"))
                try sender.send(frame(7, tag: 0xA02A))
                try sender.send(frame(8))
            }
            return try receiver.collect(2)
        }
        try #require(got.count == 2)
        #expect(got[0].information.vlan?.identifier == 0x02A)
        #expect(got[0].information.vlan?.priority == 5)
        #expect(got[0].information.vlan?.etherType == .vlan)
        #expect(Array(got[0].octets[12..<15]) == [0x88, 0xB5, 7])
        #expect(got[1].information.vlan == nil)
    }

    @Test func `a checksum that was left to hardware is told`() async throws {
        let wired = try await Wired()
        try await wired.first.run("ip", ["address", "add", "10.1.0.1/24", "dev", "eth0"])
        try await wired.first.run("ip", ["neigh", "add", "10.1.0.2", "lladdr", "02:00:00:00:00:99", "dev", "eth0"])
        let got = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: .ipv4)
            options.isPromiscuous = true
            var receiver = try PacketSocket(options)
            try inside(wired.first) {
                let plain = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
                let target = SocketAddress(ipv4: 0x0A01_0002, port: 9)
                _ = [UInt8](repeating: 1, count: 30).withUnsafeBytes { Socket.send(plain, $0, to: target) }
                close(plain)
            }
            return try receiver.collect(1)
        }
        try #require(got.count == 1)
        #expect(got[0].information.checksum == .partial)
        #expect(got[0].information.packetType == .otherHost)
    }

    @Test func `the filter is in force, can be replaced and be locked`() async throws {
        let wired = try await Wired()
        let got = try inside(wired.second) {
            var builder = FilterBuilder()
            let other = builder.label()
            builder.add(.load(.octet, at: 14))
            builder.require(.equal, .constant(2), orElse: other)
            builder.add(.keep(20))
            builder.place(other)
            builder.add(.keep(0))
            var options = PacketSocket.Options(interface: "eth0")
            options.filter = try builder.program()
            var receiver = try PacketSocket(options)
            func sendThree() throws {
                try inside(wired.first) {
                    var sender = try PacketSocket(PacketSocket.Options(interface: "eth0"))
                    for number in 1...3 { try sender.send(frame(UInt8(number))) }
                }
            }
            try sendThree()
            let filtered = try receiver.collect(1)
            try receiver.setFilter(.rejectAll)
            try sendThree()
            let none = try receiver.poll { _, _ in }
            try receiver.removeFilter()
            try sendThree()
            let all = try receiver.collect(3)
            try receiver.lockFilter()
            let refused = #expect(throws: LinkError.self) { try receiver.setFilter(.acceptAll) }
            return (filtered, none, all, refused)
        }
        #expect(got.0.map { $0.octets.count } == [20])
        #expect(got.0.map { $0.information.originalLength } == [60])
        #expect(got.1 == 0)
        #expect(got.2.map { $0.octets[14] } == [1, 2, 3])
        #expect(got.3 == .call("setsockopt", interface: "eth0", code: .notPermitted))
    }

    @Test(arguments: [false, true])
    func `a reader wakes when its socket is closed`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let failure = try inside(wired.first) {
            var options = PacketSocket.Options(interface: "eth0")
            if isRing { options.receiveRing = PacketSocket.Options.Ring() }
            var socket = try PacketSocket(options)
            let closer = socket.closer
            let thread = Thread(name: "closer") {
                usleep(50_000)
                closer.close()
            }
            defer { thread.join() }
            let first = #expect(throws: LinkError.self) { try socket.receive(until: .after(.seconds(5))) { _, _ in } }
            let second = #expect(throws: LinkError.self) { try socket.send(frame(1)) }
            return [first, second]
        }
        #expect(failure == [.closed, .closed])
    }

    @Test func `a deadline ends the wait`() async throws {
        let wired = try await Wired()
        let spent = try inside(wired.first) {
            var socket = try PacketSocket(PacketSocket.Options(interface: "eth0", etherType: .arp))
            let start = ContinuousClock.now
            #expect(throws: LinkError.timedOut) { try socket.receive(until: .after(.milliseconds(60))) { _, _ in } }
            return ContinuousClock.now - start
        }
        #expect(spent >= .milliseconds(60) && spent < .seconds(2))
    }

    @Test(arguments: [false, true])
    func `an interface that goes down, up, away and comes back is found again`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let receiver = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0x88B5))
            if isRing { options.receiveRing = PacketSocket.Options.Ring() }
            return Kept(try PacketSocket(options))
        }
        func sendAndReceive(_ number: UInt8) throws -> [Got] {
            let kept = receiver
            return try inside(wired.second) {
                let thread = Thread(name: "later") {
                    usleep(200_000)
                    try? inside(wired.first) {
                        var sender = try PacketSocket(PacketSocket.Options(interface: "eth0"))
                        try sender.send(frame(number))
                    }
                }
                defer { thread.join() }
                return try kept.socket.collect(1, within: 5)
            }
        }
        try await wired.second.run("ip", ["link", "set", "eth0", "down"])
        try await wired.second.run("ip", ["link", "set", "eth0", "up"])
        #expect(try sendAndReceive(1).first?.octets[14] == 1)
        try await wired.second.run("ip", ["link", "delete", "eth0"])
        try await Namespace.connect(wired.first, to: wired.second)
        #expect(try sendAndReceive(2).first?.octets[14] == 2)
    }

    @Test func `without the right the error says what to do`() throws {
        let error = try inside(nil, asNobody: true) {
            #expect(throws: LinkError.self) { _ = try PacketSocket(PacketSocket.Options(interface: "lo")) }
        }
        #expect(error == .call("socket", interface: "lo", code: .notPermitted))
        #expect(error?.description.contains("socket on lo: ") == true)
        #expect(error?.description.contains("CAP_NET_RAW") == true)
        #expect(throws: LinkError.noInterface("none0")) {
            _ = try PacketSocket(PacketSocket.Options(interface: "none0"))
        }
    }

    @Test func `outgoing frames can stay away, and fanout shares frames`() async throws {
        let wired = try await Wired()
        let counts = try inside(wired.first) {
            var options = PacketSocket.Options(interface: "eth0", etherType: nil)
            var seeing = try PacketSocket(options)
            options.ignoresOutgoing = true
            var ignoring = try PacketSocket(options)
            options.bypassesQueue = true
            options.etherType = EtherType(rawValue: 0)
            var sender = try PacketSocket(options)
            for number in 0..<10 { try sender.send(frame(UInt8(number))) }
            // Frames that bypass the queue are not shown to others; the plain sender's are.
            var plain = try PacketSocket(PacketSocket.Options(interface: "eth0"))
            for number in 0..<10 { try plain.send(frame(UInt8(number))) }
            return [try seeing.collect(10).count, try ignoring.poll { _, _ in }]
        }
        #expect(counts == [10, 0])
        let shares = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0x88B5))
            options.fanout = .init(group: 77, mode: .roundRobin)
            var first = try PacketSocket(options)
            var second = try PacketSocket(options)
            try inside(wired.first) {
                var sender = try PacketSocket(PacketSocket.Options(interface: "eth0"))
                for number in 0..<20 { try sender.send(frame(UInt8(number))) }
            }
            return [try first.collect(10).count, try second.collect(10).count]
        }
        #expect(shares == [10, 10])
    }

    @Test(arguments: [false, true])
    func `an asynchronous sequence waits for its reader, and ends when it is closed`(_ isRing: Bool) async throws {
        let wired = try await Wired()
        let opened = try inside(wired.second) {
            var options = PacketSocket.Options(interface: "eth0", etherType: EtherType(rawValue: 0x88B5))
            if isRing { options.receiveRing = PacketSocket.Options.Ring() }
            let socket = try PacketSocket(options)
            let closer = socket.closer
            return (try socket.frames(limit: 16), closer)
        }
        try inside(wired.first) {
            var sender = try PacketSocket(PacketSocket.Options(interface: "eth0"))
            for number in 0..<250 { try sender.send(frame(UInt8(number))) }
        }
        var numbers: [UInt8] = []
        let failure = await #expect(throws: LinkError.self) {
            for try await received in opened.0 {
                numbers.append(received.octets[14])
                if numbers.count == 250 { opened.1.close() }
            }
        }
        #expect(failure == .closed)
        #expect(numbers == Array(0..<250))
    }

    @Test func `cancelling its task ends the sequence`() async throws {
        let wired = try await Wired()
        let frames = try inside(wired.second) {
            try PacketSocket(PacketSocket.Options(interface: "eth0", etherType: .arp)).frames()
        }
        let task = Task {
            var count = 0
            for try await _ in frames { count += 1 }
            return count
        }
        try await Task.sleep(for: .milliseconds(30))
        task.cancel()
        #expect(try await task.value == 0)
    }
}
