public import Wire

/// What a meter has counted (`ofp_meter_stats`; OpenFlow 1.4, 7.3.5.12).
public struct MeterStatistics: Structure {
    public var meter: UInt32
    /// How many flows use it.
    public var flows: UInt32 = 0
    /// What went in.
    public var counters = Counters()
    public var seconds: UInt32 = 0
    public var nanoseconds: UInt32 = 0
    /// What each band took.
    public var bands: [Counters] = []

    /// Makes statistics of a meter that has counted nothing.
    public init(meter: UInt32) {
        self.meter = meter
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(6, for: .openFlowMultipart)
        meter = head.uint32(at: 0)
        var rest = try octets.take(rest: head.uint16(at: 4), after: 6, for: .openFlowMultipart)
        flows = try rest.take(10, for: .openFlowMultipart).uint32(at: 6)
        counters = try Counters(reading: &rest)
        let time = try rest.take(8, for: .openFlowMultipart)
        seconds = time.uint32(at: 0)
        nanoseconds = time.uint32(at: 4)
        bands = try [Counters](readingAll: &rest)
    }

    public var size: Int { 40 + bands.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: meter)
        octets.append(uint16: UInt16(size))
        octets.append(zeros: 6)
        octets.append(uint32: flows)
        counters.write(to: &octets)
        octets.append(uint32: seconds)
        octets.append(uint32: nanoseconds)
        bands.write(to: &octets)
    }
}

/// A meter as a switch has it (`ofp_meter_config`; OpenFlow 1.4, 7.3.5.13).
public struct MeterConfiguration: Structure {
    public var flags: MeterFlags
    public var meter: UInt32
    public var bands: [MeterBand]

    /// Makes a configuration.
    public init(flags: MeterFlags, meter: UInt32, bands: [MeterBand]) {
        self.flags = flags
        self.meter = meter
        self.bands = bands
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowMultipart).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowMultipart)
        let head = try rest.take(6, for: .openFlowMultipart)
        flags = MeterFlags(rawValue: head.uint16(at: 0))
        meter = head.uint32(at: 2)
        bands = try [MeterBand](readingAll: &rest)
    }

    public var size: Int { 8 + bands.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(uint16: flags.rawValue)
        octets.append(uint32: meter)
        bands.write(to: &octets)
    }
}

/// What meters a switch can have (`ofp_meter_features`; OpenFlow 1.4, 7.3.5.14).
public struct MeterFeatures: Structure {
    /// The most meters.
    public var meters: UInt32
    /// Bit N stands for `OFPMBT_` N.
    public var bandTypes: UInt32
    public var capabilities: UInt32
    /// The most bands of a meter.
    public var bands: UInt8
    public var colors: UInt8

    public init(reading octets: inout RawSpan) throws(WireError) {
        let body = try octets.take(16, for: .openFlowMultipart)
        meters = body.uint32(at: 0)
        bandTypes = body.uint32(at: 4)
        capabilities = body.uint32(at: 8)
        bands = body.uint8(at: 12)
        colors = body.uint8(at: 13)
    }

    public var size: Int { 16 }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: meters)
        octets.append(uint32: bandTypes)
        octets.append(uint32: capabilities)
        octets.append(bands)
        octets.append(colors)
        octets.append(uint16: 0)
    }
}
