import Link
import Wire

/// Prints the frames, packets and segments that come and go on an interface: `watch-a-link eth0 10`.
@main
enum WatchALink {
    static func main() {
        do throws(LinkError) {
            try watch(
                CommandLine.arguments.dropFirst().first ?? "lo", CommandLine.arguments.last.flatMap { Int($0) } ?? 10)
        } catch {
            print(error)
        }
    }

    static func watch(_ interface: String, _ count: Int) throws(LinkError) {
        var socket = try PacketSocket(PacketSocket.Options(interface: interface))
        var seen = 0
        while seen < count {
            seen += try socket.receive { octets, _ in
                let frame = Dissection(octets)
                if let ethernet = frame.ethernet { print("frame \(ethernet.source) > \(ethernet.destination)") }
                if let ip = frame.ipv4 { print("  packet \(ip.source) > \(ip.destination)") }
                if let ip = frame.ipv6 { print("  packet \(ip.source) > \(ip.destination)") }
                if case .tcp(let tcp)? = frame.transport { print("    segment \(tcp.source) > \(tcp.destination)") }
            }
        }
    }
}
