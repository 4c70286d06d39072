import Link
import Linux
import SystemPackage
import Wire

/// Frames as they come on an interface.
struct LiveCapture {
    /// Segmentation offload makes frames as long as an IP packet can be; two tags may stand before it.
    private static let frameSize = 65_535 + 22

    let interface: String
    let expression: String
    let limit: Int
    let isPromiscuous: Bool

    /// The interfaces that there are, for messages.
    static var names: String {
        guard let all = try? Interfaces.all(), !all.isEmpty else { return "`ip link` lists them" }
        return "there are " + all.map(\.name).joined(separator: ", ")
    }

    /// Captures until the limit is reached or somebody asks for the end, then tells the counts.
    func run(to path: String?, _ printer: FramePrinter?) throws {
        let linkType = try linkType()
        var options = PacketSocket.Options(interface: interface)
        options.filter = try CaptureCommand.program(expression, for: linkType)
        options.isPromiscuous = isPromiscuous
        options.hasTimestamps = true
        options.frameSize = Self.frameSize
        options.batchCount = 32
        options.receiveBufferSize = 8 << 20
        var socket = try Self.open(options)
        let description = CaptureInterface(linkType: linkType, snapLength: Self.frameSize, name: interface)
        let output = try path.map { try CaptureOutput(path: $0, interfaces: [description]) }
        Interruption.observe()
        Stream.standardError.write("capturing on \(interface); Ctrl-C ends it\n")

        var count = 0
        var batch: [(frame: CapturedFrame, isChecksumOpen: Bool)] = []
        while count < limit, !Interruption.isAsked {
            batch.removeAll(keepingCapacity: true)
            do throws(LinkError) {
                // A signal sets a flag only, so the wait is short enough for a person.
                try socket.receive(until: .after(.milliseconds(200))) { octets, information in
                    batch.append((Self.frame(octets, information), information.checksum == .partial))
                }
            } catch .timedOut {
                continue
            } catch {
                throw Failure(.failure, "capture on \(interface): \(error)")
            }
            var text = ""
            for (frame, isChecksumOpen) in batch.prefix(limit - count) {
                count += 1
                try output?.append(frame)
                printer?.append(
                    frame, number: count, interface: description, isChecksumOpen: isChecksumOpen, to: &text)
            }
            try output?.flush()
            if !text.isEmpty { Stream.standardOutput.write(text) }
        }
        let statistics = (try? socket.statistics()) ?? PacketStatistics()
        try output?.finish(received: statistics.frames, dropped: statistics.drops, at: Clock.real)
        Stream.standardError.write(
            "\(count.counted("frame")) captured, \(statistics.drops) dropped by the kernel\n")
    }

    /// What frames begin with there.
    private func linkType() throws(Failure) -> LinkType {
        guard let found = try? Interfaces.named(interface) else {
            throw Failure(.usage, "there is no interface '\(interface)' (\(Self.names))")
        }
        // ARPHRD_ETHER, ARPHRD_LOOPBACK, and ARPHRD_NONE, which is a tunnel's (linux/if_arp.h).
        switch found.hardwareType {
        case 1, 772: return .ethernet
        case 65534: return .raw
        default:
            throw Failure(.unavailable, "\(interface) is no Ethernet (its hardware type is \(found.hardwareType))")
        }
    }

    private static func open(_ options: PacketSocket.Options) throws(Failure) -> PacketSocket {
        do throws(LinkError) {
            return try PacketSocket(options)
        } catch {
            guard case .call(_, _, let code) = error else { throw Failure(.failure, "\(error)") }
            let isRefused = code == .notPermitted || code == .permissionDenied
            throw Failure(
                isRefused ? .notPermitted : .system, "\(error)\(isRefused ? " (a file is read without: -r)" : "")")
        }
    }

    /// The frame as it was on the link: with the tag that Linux took off back in its place (IEEE 802.1Q-2022, 9.6).
    static func frame(_ octets: RawSpan, _ information: FrameInformation) -> CapturedFrame {
        var copy = [UInt8](copying: octets)
        var length = information.originalLength
        if let tag = information.vlan, copy.count >= 12 {
            let (type, control) = (tag.etherType.rawValue, tag.control)
            copy.insert(
                contentsOf: [type >> 8, type & 0xFF, control >> 8, control & 0xFF].map { UInt8($0) }, at: 12)
            length += VLANTag.size
        }
        return CapturedFrame(timestamp: information.timestamp, originalLength: length, octets: copy)
    }
}

extension Int {
    /// Such as `1 frame` or `2 frames`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
