import ArgumentParser
import DHCP
import Glibc
import Link
import Linux
import Wire

/// Direct clients, each new, by frames: prints how many it began, and how many got what they wanted within a second.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "generate", abstract: "Make load as direct clients.")

    @Option(help: "The interface.")
    var interface: String

    @Option(name: .customLong("protocol"), help: "The version of the protocol.")
    var version = 4

    @Option(help: "New clients in each second.")
    var rate: Int

    @Option(help: "For how long.")
    var seconds: Int

    @Option(help: "End after so many clients, though the time is not over.")
    var count = Int.max

    @Flag(help: "Give each address back once it is there.")
    var release = false

    @Flag(help: "End with the first client that has an address, and print the milliseconds.")
    var once = false

    @Flag(help: "Print what happened in each tenth of a second on standard error.")
    var trace = false

    func run() throws {
        var options = PacketSocket.Options(interface: interface)
        options.ignoresOutgoing = true
        options.receiveBufferSize = 64 << 20
        options.isPromiscuous = true
        options.bypassesQueue = true
        options.filter = try GeneratedClients.filter(version: version)
        var socket = try PacketSocket(options)
        var clients = GeneratedClients(
            version: version, base: UInt64(truncatingIfNeeded: Clock.real >> 16) & 0xFFFF,
            hardware: socket.hardwareAddress ?? .zero, releases: release)
        let start = Clock.monotonic
        let length = UInt64(seconds) * 1_000_000_000
        let total = min(count, rate * seconds)
        var pending: [GeneratedClients.Step] = []
        var (tenth, seen) = (UInt64(0), 0)
        while true {
            let elapsed = Clock.monotonic - start
            // A second more, in which answers may come.
            if elapsed >= length + 1_000_000_000 { break }
            if clients.begun == total, clients.done == total { break }
            if trace, elapsed / 100_000_000 > tenth {
                tenth = elapsed / 100_000_000
                let line = Array("\(tenth) \(clients.begun) \(clients.done - seen)\n".utf8)
                // The line stays while the call reads it.
                _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
                seen = clients.done
            }
            let due = min(Int(Double(elapsed) * Double(rate) / 1e9), total)
            let fresh = min(due - clients.begun, 64)
            if fresh > 0 {
                let (first, known) = (clients.begun, clients)
                try socket.send(count: fresh) { number, frame in known.begin(first + number, to: &frame) }
                clients.begun += fresh
            }
            // A batch at most; the rest comes with the next turn.
            let received = try socket.poll { octets, _ in clients.take(octets, &pending) }
            if once, clients.done > 0 { break }
            if !pending.isEmpty {
                let (steps, known) = (pending, clients)
                try socket.send(count: steps.count) { index, frame in known.write(steps[index], to: &frame) }
                pending.removeAll(keepingCapacity: true)
            }
            if received == 0, fresh <= 0 { try? socket.wait(until: .after(.microseconds(200))) }
        }
        if once {
            print("\((Clock.monotonic - start) / 1_000_000) \(clients.done)")
        } else {
            print("\(clients.begun) \(clients.done)")
        }
    }
}
