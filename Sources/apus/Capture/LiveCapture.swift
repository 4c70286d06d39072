import Link
import Linux
import SystemPackage
import Wire

/// Frames as they come on an interface, or on all.
struct LiveCapture {
    /// Segmentation offload makes frames as long as an IP packet can be; two tags may stand before it.
    static let frameSize = 65_535 + 22

    /// The interface's name, or `any`.
    let interface: String
    let expression: String
    let limit: Int
    let isPromiscuous: Bool
    /// The octets that are kept of each frame.
    let snapLength: Int

    private var isAny: Bool { interface == "any" }

    /// The interfaces that there are, for messages.
    static var names: String {
        guard let all = try? Interfaces.all(), !all.isEmpty else { return "`ip link` lists them" }
        return "there are " + all.map(\.name).joined(separator: ", ") + ", and any"
    }

    /// Captures until the limit is reached or somebody asks for the end, then tells the counts.
    func run(to path: String?, _ printer: FramePrinter?) throws {
        let linkType = try linkType()
        let filter = try LiveFilter(expression, for: linkType)
        var socket = try open(filter)
        let description = CaptureInterface(linkType: linkType, snapLength: snapLength, name: interface)
        let output = try path.map { try CaptureOutput(path: $0, interfaces: [description]) }
        var interfaces = LiveInterfaces(linkType: linkType, snapLength: snapLength)
        Interruption.observe()
        Stream.standardError.write(
            "capturing on \(isAny ? "all interfaces" : interface)"
                + (snapLength < Self.frameSize ? ", \(snapLength.counted("octet")) of each frame" : "")
                + "; Ctrl-C ends it\n")

        var count = 0
        var batch: [(frame: CapturedFrame, index: Int, isChecksumOpen: Bool)] = []
        while count < limit, !Interruption.isAsked {
            batch.removeAll(keepingCapacity: true)
            do throws(LinkError) {
                // A signal sets a flag only, so the wait is short enough for a person.
                try socket.receive(until: .after(.milliseconds(200))) { octets, information in
                    batch.append(
                        (
                            Self.frame(octets, information, isCooked: isAny), information.interfaceIndex,
                            information.checksum == .partial
                        ))
                }
            } catch .timedOut {
                continue
            } catch {
                throw Failure(.failure, "capture on \(interface): \(error)")
            }
            var text = ""
            for item in batch where count < limit && filter.passes(item.frame) {
                count += 1
                let frame = item.frame.cut(to: snapLength)
                let place = isAny ? interfaces.named(item.index) : description
                try output?.append(frame, of: place)
                printer?.append(
                    frame, number: count, interface: place, isChecksumOpen: item.isChecksumOpen, to: &text)
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
        if isAny { return .linuxCooked2 }
        guard let found = try? Interfaces.named(interface) else {
            throw Failure(.usage, "there is no interface '\(interface)' (\(Self.names))")
        }
        // ARPHRD_ETHER, ARPHRD_LOOPBACK, and ARPHRD_NONE, which is a tunnel's (linux/if_arp.h).
        switch found.hardwareType {
        case 1, 772: return .ethernet
        case 65534: return .raw
        default:
            throw Failure(
                .unavailable,
                "\(interface) is no Ethernet (its hardware type is \(found.hardwareType)); -i any shows its packets")
        }
    }

    private func open(_ filter: LiveFilter) throws(Failure) -> PacketSocket {
        var options = PacketSocket.Options(interface: isAny ? nil : interface)
        options.mode = isAny ? .cooked : .raw
        options.filter = filter.kernel
        options.isPromiscuous = isPromiscuous && !isAny
        options.hasTimestamps = true
        // A filter that runs here may look at any octet.
        options.frameSize = filter.own == nil ? max(64, snapLength) : Self.frameSize
        options.batchCount = 32
        options.receiveBufferSize = 8 << 20
        do throws(LinkError) {
            return try PacketSocket(options)
        } catch {
            guard case .call(_, _, let code) = error else { throw Failure(.failure, "\(error)") }
            let isRefused = code == .notPermitted || code == .permissionDenied
            throw Failure(
                isRefused ? .notPermitted : .system, "\(error)\(isRefused ? " (a file is read without: -r)" : "")")
        }
    }

    /// The frame as it was on the link: with the tag that Linux took off back in its place (IEEE 802.1Q-2022, 9.6); of a
    /// cooked socket, behind a cooked header.
    static func frame(_ octets: RawSpan, _ information: FrameInformation, isCooked: Bool) -> CapturedFrame {
        var copy = [UInt8](copying: octets)
        var length = information.originalLength
        if let tag = information.vlan, isCooked || copy.count >= 12 {
            let (type, control) = (isCooked ? information.etherType : tag.etherType, tag.control)
            let pair = [type.rawValue, control]
            // Behind a cooked header that names the tag's type come its control information and the type of what follows.
            let numbers = isCooked ? pair.reversed() : pair
            copy.insert(
                contentsOf: numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, at: isCooked ? 0 : 12)
            length += VLANTag.size
        }
        if isCooked {
            let header = [UInt8](capacity: CookedHeader.size, initializingWith: CookedHeader(information).write)
            copy.insert(contentsOf: header, at: 0)
            length += CookedHeader.size
        }
        return CapturedFrame(timestamp: information.timestamp, originalLength: length, octets: copy)
    }
}

extension CapturedFrame {
    /// The frame with no more than its first `count` octets.
    func cut(to count: Int) -> CapturedFrame {
        guard octets.count > count else { return self }
        var cut = self
        cut.octets = Array(octets.prefix(count))
        return cut
    }
}

extension Int {
    /// Such as `1 frame` or `2 frames`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
