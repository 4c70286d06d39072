import ArgumentParser
import DHCP
import Link
import Linux
import Wire

/// Direct clients, each new, by frames: prints how many DISCOVERs it sent and how many ACKs came within a second.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "generate", abstract: "Make load as direct clients.")

    @Option(help: "The interface.")
    var interface: String

    @Option(help: "New clients in each second.")
    var rate: Int

    @Option(help: "For how long.")
    var seconds: Int

    func run() throws {
        var options = PacketSocket.Options(interface: interface, etherType: .ipv4)
        options.ignoresOutgoing = true
        options.receiveBufferSize = 64 << 20
        options.isPromiscuous = true
        options.bypassesQueue = true
        var socket = try PacketSocket(options)
        var state = Clients(base: UInt64(truncatingIfNeeded: Clock.monotonic) & 0xFFFF)
        let start = Clock.monotonic
        let length = UInt64(seconds) * 1_000_000_000
        while true {
            let elapsed = Clock.monotonic - start
            // A second more, in which answers may come.
            if elapsed >= length + 1_000_000_000 { break }
            let due = min(Int(elapsed * UInt64(rate) / 1_000_000_000), rate * seconds)
            let fresh = min(due - state.sent, 64)
            if fresh > 0 {
                let first = state.sent
                try socket.send(count: fresh) { number, frame in
                    Clients.discover(first + number, state.base, to: &frame)
                }
                state.sent += fresh
            }
            var requests: [(number: Int, address: IPv4Address, server: IPv4Address)] = []
            let count = try socket.poll { octets, _ in state.take(octets, &requests) }
            if !requests.isEmpty {
                let base = state.base
                try socket.send(count: requests.count) { index, frame in
                    let request = requests[index]
                    Clients.request(request.number, base, request.address, request.server, to: &frame)
                }
            }
            if count == 0, fresh <= 0 {
                _ = try? socket.receive(until: .after(.microseconds(200))) { octets, _ in
                    state.take(octets, &requests)
                }
            }
            for request in requests where count == 0 && fresh <= 0 {
                let base = state.base
                try socket.send(count: 1) { _, frame in
                    Clients.request(request.number, base, request.address, request.server, to: &frame)
                }
            }
        }
        print("\(state.sent) \(state.acknowledged)")
    }
}

/// Clients by number: the number is in the transaction and in the hardware address.
struct Clients {
    let base: UInt64
    var sent = 0
    var acknowledged = 0

    init(base: UInt64) { self.base = base }

    /// Takes an answer: an offer becomes a request.
    mutating func take(
        _ octets: RawSpan, _ requests: inout [(number: Int, address: IPv4Address, server: IPv4Address)]
    ) {
        // Ethernet, IPv4 without options, UDP to port 68.
        guard octets.byteCount >= 42 + 240, octets.uint8(at: 14) == 0x45, octets.uint8(at: 23) == 17,
            octets.uint16(at: 36) == 68,
            let view = try? DHCPv4.MessageView(reading: octets.extracting(droppingFirst: 42)),
            let type = try? view.messageType
        else { return }
        let number = Int(view.header.transactionID)
        guard number < sent else { return }
        if type == .offer, let server = (try? view.read(DHCPv4.ServerIdentifier.self))?.address {
            requests.append((number, view.header.yourAddress, server))
        } else if type == .acknowledge {
            acknowledged += 1
        }
    }

    static func discover(_ number: Int, _ base: UInt64, to frame: inout OutputSpan<UInt8>) {
        write(.discover, number, base, nil, to: &frame)
    }

    static func request(
        _ number: Int, _ base: UInt64, _ address: IPv4Address, _ server: IPv4Address,
        to frame: inout OutputSpan<UInt8>
    ) {
        write(.request, number, base, (address, server), to: &frame)
    }

    private static func write(
        _ type: DHCPv4.MessageType, _ number: Int, _ base: UInt64, _ selected: (IPv4Address, IPv4Address)?,
        to frame: inout OutputSpan<UInt8>
    ) {
        let hardware = MACAddress(rawValue: 0x0200_0000_0000 | base << 24 | UInt64(number) & 0xFF_FFFF)
        let header = DHCPv4.Header(
            operation: .request, hardwareAddress: DHCPv4.HardwareAddress(hardware),
            transactionID: UInt32(truncatingIfNeeded: number))
        var message = DHCPv4.Message(type, header: header)
        if let (address, server) = selected {
            message.options.set(DHCPv4.RequestedAddress(address))
            message.options.set(DHCPv4.ServerIdentifier(server))
        }
        message.options.set(DHCPv4.ParameterRequestList([.subnetMask, .routers, .domainNameServers, .domainName]))
        EthernetHeader(destination: .broadcast, source: hardware, type: .ipv4).write(to: &frame)
        IPv4Header(source: .any, destination: .broadcast, protocol: .udp, payloadLength: 8 + message.size)
            .write(to: &frame)
        // Without a checksum, which IPv4 allows.
        UDPHeader(source: Port(rawValue: 68), destination: Port(rawValue: 67), payloadLength: message.size)
            .write(to: &frame)
        message.write(to: &frame)
    }
}
