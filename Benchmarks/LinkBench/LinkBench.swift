import Glibc
import Lab
import Link
import Linux
import Wire

/// Frames sent and received per second on a veth pair, beside a C program of the same calls, and tcpdump.
///
/// `LinkBench [ROUNDS] [FRAMES]` measures; with `send` or `receive` first it is one of the parties.
@main struct LinkBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count >= 3, let count = Int(arguments[2]) {
            switch arguments[0] {
            case "send": return try Party.send(arguments[1], count: count, ring: arguments.count > 3)
            case "receive": return try Party.receive(arguments[1], count: count, ring: arguments.count > 3)
            default: break
            }
        }
        try await Contest(
            rounds: arguments.first.flatMap(Int.init) ?? 9,
            frames: arguments.dropFirst().first.flatMap(Int.init) ?? 500_000
        ).run()
    }
}

/// What one process does and prints: frames, drops, seconds, processor seconds.
enum Party {
    static func options(_ interface: String) -> PacketSocket.Options {
        var options = PacketSocket.Options(interface: interface, etherType: EtherType(rawValue: 0x88B5))
        options.receiveBufferSize = 8 << 20
        return options
    }

    static func send(_ interface: String, count: Int, ring: Bool) throws {
        var options = options(interface)
        if ring { options.transmitRing = PacketSocket.Options.Ring() }
        var socket = try PacketSocket(options)
        let (start, used) = (Clock.monotonic, processor())
        try socket.send(count: count) { number, frame in
            frame.append(uint48: 0xFFFF_FFFF_FFFF)
            frame.append(uint48: 0x0202_0202_0202)
            frame.append(uint16: 0x88B5)
            frame.append(repeating: UInt8(truncatingIfNeeded: number), count: 46)
        }
        report(count, 0, Clock.monotonic - start, processor() - used)
    }

    static func receive(_ interface: String, count: Int, ring: Bool) throws {
        var options = options(interface)
        if ring { options.receiveRing = PacketSocket.Options.Ring(blockCount: 32) }
        var socket = try PacketSocket(options)
        var (received, octets) = (0, 0)
        var (start, last, used) = (UInt64(0), UInt64(0), 0.0)
        while received < count {
            do throws(LinkError) {
                let fresh = try socket.receive(until: .after(.seconds(1))) { frame, information in
                    octets += frame.byteCount + information.originalLength
                }
                last = Clock.monotonic
                if received == 0 { (start, used) = (last, processor()) }
                received += fresh
            } catch {
                guard error == .timedOut else { throw error }
                break
            }
        }
        precondition(received == 0 || octets > 0, "frames have octets")
        report(received, try socket.statistics().drops, last - start, processor() - used)
    }

    private static func report(_ frames: Int, _ drops: Int, _ nanoseconds: UInt64, _ processor: Double) {
        print(frames, drops, Double(nanoseconds) / 1e9, processor)
    }

    private static func processor() -> Double {
        var usage = rusage()
        // The structure is ours for the call.
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
