public import Wire

/// What a meter counts, and whether it keeps statistics (`OFPMF_`).
public struct MeterFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Rates are in kilobits a second.
    public static let kilobits = MeterFlags(rawValue: 1)
    /// Rates are in packets a second.
    public static let packets = MeterFlags(rawValue: 2)
    /// Bands have a burst.
    public static let burst = MeterFlags(rawValue: 4)
    public static let statistics = MeterFlags(rawValue: 8)
}

/// A rate, and what happens to packets over it (`ofp_meter_band_header`; OpenFlow 1.4, 7.3.4.4).
public struct MeterBand: Structure {
    /// What happens.
    public enum Kind: Hashable, Sendable {
        case drop
        /// The precedence that is dropped by so many levels.
        case remark(levels: UInt8)
        case other(type: UInt16, body: [UInt8])
    }

    public var kind: Kind
    public var rate: UInt32
    public var burst: UInt32

    /// Makes a band.
    public init(_ kind: Kind, rate: UInt32, burst: UInt32 = 0) {
        self.kind = kind
        self.rate = rate
        self.burst = burst
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowMeterBand)
        var rest = try octets.take(rest: head.uint16(at: 2), after: 4, for: .openFlowMeterBand)
        let rates = try rest.take(8, for: .openFlowMeterBand)
        rate = rates.uint32(at: 0)
        burst = rates.uint32(at: 4)
        let type = head.uint16(at: 0)
        switch type {
        case 1, 2:
            guard rest.byteCount == 4 else { throw .malformed(.openFlowMeterBand, field: "len") }
            kind = type == 1 ? .drop : .remark(levels: rest.uint8(at: 0))
        default: kind = .other(type: type, body: [UInt8](copying: rest))
        }
    }

    private var bodySize: Int { if case .other(_, let body) = kind { body.count } else { 4 } }

    public var size: Int { 12 + bodySize }

    public func write(to octets: inout OutputSpan<UInt8>) {
        let type: UInt16 =
            switch kind {
            case .drop: 1
            case .remark: 2
            case .other(let type, _): type
            }
        octets.append(uint16: type)
        octets.append(uint16: UInt16(size))
        octets.append(uint32: rate)
        octets.append(uint32: burst)
        switch kind {
        case .drop: octets.append(uint32: 0)
        case .remark(let levels): octets.append(uint32: UInt32(levels) << 24)
        case .other(_, let body): octets.append(copying: body)
        }
    }
}

/// Adds, changes or deletes a meter (`ofp_meter_mod`; OpenFlow 1.4, 7.3.4.4).
public struct MeterMod: Structure {
    /// What is done (`OFPMC_`).
    public enum Command: UInt16, Sendable {
        case add = 0, modify, delete
    }

    /// All meters, in a deletion and in requests (`OFPM_ALL`).
    public static let allMeters: UInt32 = 0xFFFF_FFFF

    /// The meters that stand for something else, as ovs-ofctl writes them.
    static let names: [(UInt32, String)] = [
        (0xFFFF_FFFD, "slowpath"), (0xFFFF_FFFE, "controller"), (0xFFFF_FFFF, "all"),
    ]

    public var command: Command
    public var flags: MeterFlags
    public var meter: UInt32
    public var bands: [MeterBand]

    /// Makes a message.
    public init(_ command: Command, flags: MeterFlags = [], meter: UInt32, bands: [MeterBand] = []) {
        self.command = command
        self.flags = flags
        self.meter = meter
        self.bands = bands
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(8, for: .openFlowMessage)
        guard let command = Command(rawValue: head.uint16(at: 0)) else {
            throw .malformed(.openFlowMessage, field: "command")
        }
        self.command = command
        flags = MeterFlags(rawValue: head.uint16(at: 2))
        meter = head.uint32(at: 4)
        bands = try [MeterBand](readingAll: &octets)
    }

    public var size: Int { 8 + bands.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: command.rawValue)
        octets.append(uint16: flags.rawValue)
        octets.append(uint32: meter)
        bands.write(to: &octets)
    }
}
