package import Link
import Linux
import Wire

/// Asks hosts a few odd questions, and tells their systems by the answers (`-O`).
///
/// Needs CAP_NET_RAW, an open port, and better a closed one, too.
package struct SystemFinder: ~Copyable {
    /// Hosts that are asked at a time, and between two questions.
    private static let group = 64
    private static let pause = Duration.milliseconds(60)

    private var sender: RawSocket
    private var sender6: RawSocket
    private var receiver: PacketSocket
    private let routes: RouteTable

    package init() throws(LinkError) {
        // 255 stands for packets that come with a header of ours.
        let sender = try RawSocket(.raw(protocolNumber: 255))
        let sender6 = try RawSocket(.raw(protocolNumber: 255), isIPv6: true)
        var options = PacketSocket.Options(interface: nil)
        options.mode = .cooked
        options.ignoresOutgoing = true
        options.receiveBufferSize = 4 << 20
        let receiver = try PacketSocket(options)
        let routes = try RouteTable()
        self.sender = sender
        self.sender6 = sender6
        self.receiver = receiver
        self.routes = routes
    }

    /// Adds to each host what its stack tells.
    package mutating func examine(_ hosts: inout [HostResult], isStopped: () -> Bool) throws(LinkError) {
        var asked: [(host: Int, answers: SystemAnswers)] = []
        for (index, host) in hosts.enumerated()
        where host.status == .up || host.ports.contains(where: { $0.state == .open }) {
            guard let key = key(host) else { continue }
            asked.append((index, SystemAnswers(key)))
        }
        for start in stride(from: 0, to: asked.count, by: Self.group) where !isStopped() {
            let range = start..<min(start + Self.group, asked.count)
            // What was lost is asked once more.
            for _ in 0..<2 {
                var isComplete = true
                for probe in SystemProbe.allCases {
                    var isSent = false
                    for place in range where !asked[place].answers.has(probe) {
                        guard let packet = asked[place].answers.key.packet(probe) else { continue }
                        let target = SocketAddress(hosts[asked[place].host].address, port: 0)
                        if asked[place].answers.key.isIPv6 {
                            try? sender6.send(packet.span.octets, to: target, until: .after(.milliseconds(200)))
                        } else {
                            try? sender.send(packet.span.octets, to: target, until: .after(.milliseconds(200)))
                        }
                        (isSent, isComplete) = (true, false)
                    }
                    if isSent { try collect(&asked, for: Self.pause) }
                }
                if isComplete { break }
                try collect(&asked, for: .milliseconds(300))
            }
            for place in range where !asked[place].answers.isEmpty {
                hosts[asked[place].host].system = SystemRules.judge(SystemTraits(asked[place].answers))
            }
        }
    }

    private func key(_ host: HostResult) -> SystemProbeKey? {
        let number = RouteTable.bits(host.address)
        var scope = 0
        if case .ipv6(_, let zone) = host.address { scope = Int(zone) }
        let paths = routes.paths(to: number...number, isIPv6: host.address.isIPv6, scope: scope)
        guard let path = paths.first?.path else { return nil }
        let open = host.ports.first { $0.protocol == .tcp && $0.state == .open }?.port
        let closed =
            host.ports.first { $0.protocol == .tcp && $0.state == .closed }?.port
            ?? host.otherPorts.first { $0.protocol == .tcp && $0.state == .closed }?.ports.first
        return SystemProbeKey(
            source: path.source, target: number, isIPv6: path.isIPv6, openPort: open, closedPort: closed,
            base: UInt16.random(in: 1024...32_000), sequence: .random(in: 1 << 28...UInt32.max >> 1))
    }

    private mutating func collect(_ asked: inout [(host: Int, answers: SystemAnswers)], for time: Duration)
        throws(LinkError)
    {
        let deadline = Deadline.after(time)
        var places: [UInt128: Int] = [:]
        for (place, entry) in asked.enumerated() { places[entry.answers.key.target] = place }
        while true {
            do throws(LinkError) {
                try receiver.receive(until: deadline) { packet, _ in
                    guard packet.byteCount >= 20 else { return }
                    let source: UInt128
                    switch packet.uint8(at: 0) >> 4 {
                    case 4: source = UInt128(packet.uint32(at: 12))
                    case 6 where packet.byteCount >= 40: source = packet.ipv6Address(at: 8).rawValue
                    default: return
                    }
                    guard let place = places[source] else { return }
                    asked[place].answers.receive(packet, at: Clock.monotonic)
                }
            } catch .timedOut { return }
        }
    }
}
