import DHCP
import Testing
import Wire

/// Inputs that broke other servers, and others that no honest client sends: after each, others are served as before.
@Suite("DHCPv4 server, hostile messages")
struct DHCPv4ServerHostileTests {
    /// A message with options as octets, which may be anything.
    static func message(_ options: [UInt8], header change: (inout DHCPv4.Header) -> Void = { _ in }) -> [UInt8] {
        var header = DHCPv4.Header(
            operation: .request, hardwareAddress: DHCPv4.HardwareAddress(Client(66).hardware), transactionID: 66)
        change(&header)
        let message = DHCPv4.Message(header: header)
        var octets = [UInt8](capacity: 300) { message.write(to: &$0) }
        octets.removeLast(octets.count - 240)
        return octets + options
    }

    /// Options of a DISCOVER, then others.
    static func discover(_ rest: [UInt8]) -> [UInt8] { message([53, 1, 1] + rest) }

    static let cases: [(String, [UInt8])] = [
        ("a client identifier of no octets", discover([61, 0, 255])),
        ("a client identifier of one octet", discover([61, 1, 0, 255])),
        ("a client identifier of 255 octets", discover([61, 255] + [UInt8](repeating: 1, count: 255) + [255])),
        ("a host name of no octets", discover([12, 0, 255])),
        ("a host name of zeros", discover([12, 4, 0, 0, 0, 0, 255])),
        ("a host name of rubbish", discover([12, 6, 0xFF, 0x80, 0x2E, 0x2E, 0x2D, 0x0A, 255])),
        (
            "a host name of 510 octets",
            discover(
                [12, 255] + [UInt8](repeating: 0x61, count: 255) + [12, 255] + [UInt8](repeating: 0x62, count: 255) + [
                    255
                ])
        ),
        ("a full name of no octets", discover([81, 0, 255])),
        ("a full name that is flags alone", discover([81, 3, 4, 0, 0, 255])),
        (
            "a full name with a label of 64 octets",
            discover([81, 68, 4, 0, 0, 64] + [UInt8](repeating: 0x61, count: 64) + [255])
        ),
        ("a full name with an empty label", discover([81, 6, 0, 0, 0, 0x2E, 0x2E, 0x2E, 255])),
        ("a message type of no octets", message([53, 0, 255])),
        ("a message type of two octets", message([53, 2, 1, 1, 255])),
        ("two message types", message([53, 1, 1, 53, 1, 3, 255])),
        ("an unknown message type", message([53, 1, 200, 255])),
        ("no message type", message([255])),
        ("no options at all", message([])),
        ("no end", discover([])),
        ("an option that is cut", discover([12, 200, 1, 2])),
        ("pads alone", message([UInt8](repeating: 0, count: 1200))),
        ("an overload into both fields", discover([52, 1, 3, 255])),
        ("an overload of zero", discover([52, 1, 0, 255])),
        ("two overloads", discover([52, 1, 1, 52, 1, 2, 255])),
        ("a requested address of three octets", discover([50, 3, 192, 0, 2, 255])),
        ("two requested addresses", discover([50, 4, 192, 0, 2, 101, 50, 4, 192, 0, 2, 102, 255])),
        ("option 82 from a client", discover([82, 6, 1, 4, 1, 2, 3, 4, 255])),
        ("an empty option 82", discover([82, 0, 255])),
        ("an option 82 that is cut inside", discover([82, 3, 1, 200, 1, 255])),
        ("a parameter request list of 255 codes", discover([55, 255] + (0..<255).map { UInt8($0) } + [255])),
        ("a lease time of zero", discover([51, 4, 0, 0, 0, 0, 255])),
        ("a lease time of three octets", discover([51, 3, 0, 0, 0, 255])),
        ("a message size of 68", discover([57, 2, 0, 68, 255])),
        ("a message size of 65535", discover([57, 2, 255, 255, 255])),
        (
            "an operation of zero",
            {
                var octets = discover([255]); octets[0] = 0; return octets
            }()
        ),
        (
            "our own answer",
            {
                var octets = discover([255]); octets[0] = 2; return octets
            }()
        ),
        (
            "a hardware address of no octets",
            {
                var octets = discover([255]); octets[2] = 0; return octets
            }()
        ),
        (
            "a hardware address of 255 octets",
            {
                var octets = discover([255]); octets[2] = 255; return octets
            }()
        ),
        (
            "a hardware address of zeros",
            {
                var octets = discover([255]); for index in 28..<44 { octets[index] = 0 }; return octets
            }()
        ),
        (
            "a hardware address of a group",
            {
                var octets = discover([255]); octets[28] = 1; return octets
            }()
        ),
        (
            "InfiniBand without an identifier",
            {
                var octets = discover([255]); octets[1] = 32; octets[2] = 0; return octets
            }()
        ),
        (
            "hops of 255 and seconds of 65535",
            message([53, 1, 1, 255]) {
                $0.hops = 255; $0.seconds = .max
            }
        ),
        ("a relay agent at 255.255.255.255", message([53, 1, 1, 255]) { $0.gatewayAddress = .broadcast }),
        ("a relay agent at 127.0.0.1", message([53, 1, 1, 255]) { $0.gatewayAddress = .loopback }),
        ("a relay agent at 224.0.0.1", message([53, 1, 1, 255]) { $0.gatewayAddress = IPv4Address(224, 0, 0, 1) }),
        (
            "a relay agent of another network",
            message([53, 1, 1, 255]) { $0.gatewayAddress = IPv4Address(198, 51, 100, 1) }
        ),
        ("a relay agent with our own address", message([53, 1, 1, 255]) { $0.gatewayAddress = Rig.serverAddress }),
        (
            "a link selection of an unknown network",
            message([53, 1, 1, 82, 6, 5, 4, 203, 0, 113, 1, 255]) { $0.gatewayAddress = Rig.serverAddress }
        ),
        ("a REQUEST of nothing", message([53, 1, 3, 255])),
        (
            "a REQUEST with both addresses",
            message([53, 1, 3, 50, 4, 192, 0, 2, 105, 255]) { $0.clientAddress = IPv4Address(192, 0, 2, 106) }
        ),
        ("a REQUEST for 0.0.0.0", message([53, 1, 3, 54, 4, 192, 0, 2, 1, 50, 4, 0, 0, 0, 0, 255])),
        ("a REQUEST for 255.255.255.255", message([53, 1, 3, 54, 4, 192, 0, 2, 1, 50, 4, 255, 255, 255, 255, 255])),
        ("a DECLINE of somebody else's lease", message([53, 1, 4, 54, 4, 192, 0, 2, 1, 50, 4, 192, 0, 2, 100, 255])),
        (
            "a RELEASE of somebody else's lease",
            message([53, 1, 7, 255]) { $0.clientAddress = IPv4Address(192, 0, 2, 100) }
        ),
        ("an INFORM of nothing", message([53, 1, 8, 255])),
        (
            "a boot request of no DHCP",
            {
                var octets = message([255]); octets[236] = 0; return octets
            }()
        ),
    ]

    @Test(arguments: cases)
    func `others are served as before`(_ name: String, _ octets: [UInt8]) {
        var rig = Rig()
        let friend = Client(1)
        let address = rig.acquire(friend)
        _ = rig.send(octets, hardwareSource: Client(66).hardware)
        #expect(rig.outcome.events.count >= 1, "\(name): what became of it is told")
        #expect(rig.send(friend.request(renewing: address)).first?.type == .acknowledge)
        #expect(!rig.send(Client(2).discover()).isEmpty)
    }

    @Test(arguments: cases)
    func `each message is cut at each octet`(_ name: String, _ octets: [UInt8]) {
        var rig = Rig(
            Rig.configuration {
                $0.limits.rate = 10_000; $0.limits.burst = 10_000
            })
        for length in stride(from: 0, to: octets.count, by: octets.count > 400 ? 7 : 1) {
            _ = rig.send(Array(octets[..<length]), hardwareSource: Client(66).hardware)
        }
        _ = rig.acquire(Client(1))
    }

    @Test func `twenty thousand invented clients fill nothing`() {
        var rig = Rig()
        for number in UInt64(0)..<20_000 {
            let octets = [UInt8](capacity: 300) { Client(number).discover().write(to: &$0) }
            _ = rig.send(octets, hardwareSource: Client(number).hardware)
        }
        #expect(rig.server.table.count == 10)
        #expect(rig.server.table.count <= 10)
    }

    @Test func `who sends too much is not answered, and others are`() {
        var rig = Rig()
        let noisy = Client(3)
        let answers = (0..<100).count { _ in !rig.send(noisy.discover()).isEmpty }
        #expect(answers == 20)
        #expect(rig.dropReason == "rate-limit")
        _ = rig.acquire(Client(4))
        rig.pass(1)
        #expect(!rig.send(noisy.discover()).isEmpty)
    }

    @Test func `a frame that is not from its client is dropped`() {
        var rig = Rig()
        #expect(rig.send(Client(1).discover(), hardwareSource: Client(2).hardware).isEmpty)
        #expect(rig.dropReason == "hardware-source-mismatch")
        rig = Rig(Rig.configuration { $0.checksHardwareSource = false })
        #expect(rig.send(Client(1).discover(), hardwareSource: Client(2).hardware).count == 1)
    }

    @Test func `a message on a link without a network is dropped, and says so`() {
        var rig = Rig()
        #expect(rig.send(Client(1).discover(), network: nil).isEmpty)
        #expect(rig.dropReason == "unknown-subnet")
    }
}
