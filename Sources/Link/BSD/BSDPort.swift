import SystemPackage
public import Wire

/// A BPF device and what a packet socket does with it: the same conduct on macOS, on FreeBSD and in tests.
///
/// A device has one interface, hands over whole buffers of frames, and takes one frame at a time.
public struct BSDPort<System: BSDSystem> {
    /// The calls, through which alone anything happens.
    public private(set) var system: System
    /// How it was opened.
    public let options: PacketSocket.Options
    /// What frames begin with on the interface (DLT_*, the numbers of `LinkType`).
    public let linkType: LinkType
    /// Records that did not fit what was read, since the device was opened.
    public private(set) var brokenRecords = 0

    let device: BSDDevice
    private let interface: String
    /// The interface's own address and index, by which frames are told apart; unknown to the device.
    private let (address, index): (MACAddress?, Int)
    private var buffer: [UInt8]
    /// Whether the interface was seen to go, and no frame came since.
    private var isLost = false

    /// Opens the next free device on the interface of `options`.
    public init(
        _ system: consuming System, _ options: PacketSocket.Options, address: MACAddress? = nil, index: Int = 0
    ) throws(LinkError) {
        var system = system
        guard let interface = options.interface else { throw .unsupported("packet socket on all interfaces") }
        if let what = Self.lacking(options) { throw .unsupported(what) }
        if let filter = options.filter { try Self.check(filter) }
        var failure: (call: String, code: Int32)?
        let device = BSDDevice(
            &system, interface: interface, filter: options.etherType?.rawValue == 0 ? .rejectAll : options.filter,
            bufferLength: options.receiveBufferSize ?? 1 << 19, isPromiscuous: options.isPromiscuous,
            seesSent: !options.ignoresOutgoing, failure: &failure)
        guard let device else {
            let (call, code) = failure ?? ("open", BSDCode.missing)
            if call == "BIOCSETIF", code == BSDCode.noDevice { throw .noInterface(interface) }
            throw .call(call, interface: interface, code: Errno(rawValue: code))
        }
        var type = BSDDevice.octets(0)
        let code = system.control(device.descriptor, .linkType, &type)
        guard code == 0, type.count == 4 else {
            system.close(device.descriptor)
            throw .call("BIOCGDLT", interface: interface, code: Errno(rawValue: -code))
        }
        linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: type.span.octets.host32(at: 0)))
        (self.options, self.interface, self.device) = (options, interface, device)
        (self.address, self.index) = (address, index)
        // The device refuses reads of any other length.
        buffer = Array(repeating: 0, count: device.bufferLength)
        self.system = system
        guard options.isFilterLocked else { return }
        do throws(LinkError) {
            try lockFilter()
        } catch {
            self.system.close(device.descriptor)
            throw error
        }
    }

    /// What is asked for that BPF devices have nothing like.
    private static func lacking(_ options: PacketSocket.Options) -> String? {
        if options.mode == .cooked { return "cooked mode" }
        if options.fanout != nil { return "fanout" }
        if options.receiveRing != nil || options.transmitRing != nil { return "packet ring" }
        return options.bypassesQueue ? "way around the queueing discipline" : nil
    }

    /// Refuses a filter that loads facts, which Linux alone knows.
    private static func check(_ filter: FilterProgram) throws(LinkError) {
        let loads: Set<UInt16> = [0x20, 0x28, 0x30]
        guard !filter.instructions.contains(where: { loads.contains($0.code) && $0.operand >= 0xFFF0_0000 }) else {
            throw .unsupported("facts beside a frame's octets for a filter")
        }
    }

    /// Lends every frame that has come, a buffer at most, and does not wait; their number, which may be 0.
    @discardableResult
    public mutating func poll(_ body: (RawSpan, FrameInformation) -> Void) throws(LinkError) -> Int {
        if isLost, !findAgain() { return 0 }
        let count = system.read(device.descriptor, into: &buffer)
        guard count >= 0 else {
            try note("read", Int32(truncatingIfNeeded: -count))
            return 0
        }
        guard count > 0 else { return 0 }
        isLost = false
        var (taken, broken) = (0, 0)
        // Taken out, so that the frames borrow nothing of this value; no copy is made.
        var memory: [UInt8] = []
        swap(&memory, &buffer)
        do {
            // Only what the call gave: behind it lie records of reads before.
            let records = memory.span.octets.extracting(first: min(count, memory.count))
            BSDRecords.walk(records, system.layout, broken: &broken) { frame, original, time in
                let information = information(of: frame, original, time)
                if let wanted = options.etherType, wanted != information.etherType { return }
                taken += 1
                body(frame.extracting(first: min(frame.byteCount, options.frameSize)), information)
            }
        }
        swap(&memory, &buffer)
        brokenRecords += broken
        return taken
    }

    /// Waits for frames, and lends all that have come, a buffer at most; their number, which is not 0.
    @discardableResult
    public mutating func receive(
        until deadline: Deadline = .never, _ body: (RawSpan, FrameInformation) -> Void
    ) throws(LinkError) -> Int {
        while true {
            let count = try poll(body)
            if count > 0 { return count }
            // While the interface is away nothing tells this device of its return, so it looks.
            _ = try system.wait(
                device.descriptor, toWrite: false, until: deadline, slice: isLost ? 50_000_000 : nil)
        }
    }

    /// Sends one frame, whose sender's address is the caller's to write.
    public mutating func send(_ frame: RawSpan, until deadline: Deadline = .never) throws(LinkError) {
        var hasRetried = false
        while true {
            let count = system.write(device.descriptor, frame)
            if count >= 0 { return }
            switch Int32(truncatingIfNeeded: -count) {
            case BSDCode.interrupted: continue
            case BSDCode.again, BSDCode.noBuffers:
                // A full queue makes no event, so it is tried again soon.
                _ = try system.wait(device.descriptor, toWrite: true, until: deadline, slice: 1_000_000)
            case BSDCode.noDevice where !hasRetried, BSDCode.networkDown where !hasRetried:
                hasRetried = true
                guard findAgain() else { fallthrough }
            default:
                throw .call("write", interface: interface, code: Errno(rawValue: Int32(truncatingIfNeeded: -count)))
            }
        }
    }

    /// Replaces the filter.
    public mutating func setFilter(_ filter: FilterProgram) throws(LinkError) {
        try Self.check(filter)
        let code = system.attach(device.descriptor, filter)
        guard code == 0 else { throw .call("BIOCSETF", interface: interface, code: Errno(rawValue: -code)) }
    }

    /// Forbids to change the filter, for ever; where the system cannot, it throws `unsupported`.
    public mutating func lockFilter() throws(LinkError) {
        guard system.canLock else { throw .unsupported("lock for filters") }
        var none: [UInt8] = []
        try control("BIOCLOCK", .lock, &none)
    }

    /// Turns promiscuous mode on; a device leaves it when it is closed, and not before.
    public mutating func setPromiscuous(_ isOn: Bool) throws(LinkError) {
        guard isOn else { throw .unsupported("way out of promiscuous mode but closing the socket") }
        var none: [UInt8] = []
        try control("BIOCPROMISC", .promiscuous, &none)
    }

    /// What came, whether it passed the filter or not, and what was lost.
    public mutating func statistics() throws(LinkError) -> PacketStatistics {
        var counts: [UInt8] = Array(repeating: 0, count: 8)
        try control("BIOCGSTATS", .statistics, &counts)
        guard counts.count == 8 else { return PacketStatistics() }
        var statistics = PacketStatistics()
        statistics.frames = Int(counts.span.octets.host32(at: 0))
        statistics.drops = Int(counts.span.octets.host32(at: 4))
        return statistics
    }

    private mutating func control(
        _ call: String, _ request: BSDRequest, _ argument: inout [UInt8]
    ) throws(LinkError) {
        let code = system.control(device.descriptor, request, &argument)
        guard code == 0 else { throw .call(call, interface: interface, code: Errno(rawValue: -code)) }
    }

    /// An interface that is down, or gone, is waited for; any other failure is the caller's.
    private mutating func note(_ call: String, _ code: Int32) throws(LinkError) {
        switch code {
        case BSDCode.again, BSDCode.interrupted: return
        case BSDCode.noDevice, BSDCode.networkDown: isLost = true
        default: throw .call(call, interface: interface, code: Errno(rawValue: code))
        }
    }

    /// Sets the interface anew, which may have been made again under its name; whether there is one.
    private mutating func findAgain() -> Bool {
        var request = BSDDevice.request(interface)
        return system.control(device.descriptor, .setInterface, &request) == 0
    }

    /// What Ethernet's header tells; of other links only the lengths and the time are known.
    private func information(of frame: RawSpan, _ original: Int, _ time: UInt64) -> FrameInformation {
        var information = FrameInformation()
        (information.originalLength, information.timestamp, information.interfaceIndex) = (original, time, index)
        guard linkType == .ethernet, frame.byteCount >= 14 else { return information }
        information.hardwareType = 1
        let (target, source) = (frame.macAddress(at: 0), frame.macAddress(at: 6))
        information.etherType = EtherType(rawValue: frame.uint16(at: 12))
        (information.addressLength, information.address) = (6, source.rawValue << 16)
        if source == address {
            information.packetType = .outgoing
        } else if target == .broadcast {
            information.packetType = .broadcast
        } else if target.isMulticast {
            information.packetType = .multicast
        } else if let address, target != address {
            information.packetType = .otherHost
        }
        return information
    }
}
