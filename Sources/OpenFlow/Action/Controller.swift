import Wire

/// Sends the packet to a controller, and says more than an output can (`NXAST_CONTROLLER`, `NXAST_CONTROLLER2`).
public struct Controller: ActionBody {
    /// How much of it goes; 0xFFFF for all (`max_len`).
    public var maximumLength: UInt16 = 0xFFFF
    /// Which controller (`controller_id`).
    public var identifier: UInt16 = 0
    /// Why, 1 for "an action said so" (`OFPR_`).
    public var reason: UInt8 = 1
    /// What the controller gets with it.
    public var userData: [UInt8] = []
    /// Whether the packet waits until the controller says that it may go on.
    public var pauses = false
    /// A meter that counts it; 0 for none (`meter_id`).
    public var meter: UInt32 = 0
    /// Whether it is written in the longer form although the shorter would do.
    var isLong = false

    /// Makes an action that sends all.
    public init() {}

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        if kind == .nicira(20) {
            let body = try body.take(6, for: .openFlowAction)
            maximumLength = body.uint16(at: 0)
            identifier = body.uint16(at: 2)
            reason = body.uint8(at: 4)
            return
        }
        _ = try body.take(6, for: .openFlowAction)
        while !body.isEmpty {
            let property = try Property(reading: &body)
            let value = property.value.span.octets
            switch (property.type, value.byteCount) {
            // Open vSwitch counts the padding of short values to their length.
            case (0, 2...4): maximumLength = value.uint16(at: 0)
            case (1, 2...4): identifier = value.uint16(at: 0)
            case (2, 1...4): reason = value.uint8(at: 0)
            case (3, _): userData = property.value
            case (4, 0...4): pauses = true
            case (5, 4): meter = value.uint32(at: 0)
            default: throw .malformed(.openFlowAction, field: "property")
            }
        }
        isLong = !needsLong
    }

    private var needsLong: Bool { isLong || !userData.isEmpty || pauses || meter != 0 }

    private var properties: [Property] {
        var properties: [Property] = []
        func add(_ type: UInt16, _ value: UInt64, _ width: Int) {
            let octets = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * (width - 1 - $0))) }
            properties.append(Property(type: type, value: octets + [UInt8](repeating: 0, count: -width & 3)))
        }
        if maximumLength != 0xFFFF { add(0, UInt64(maximumLength), 2) }
        if identifier != 0 { add(1, UInt64(identifier), 2) }
        if reason != 1 { add(2, UInt64(reason), 1) }
        if !userData.isEmpty { properties.append(Property(type: 3, value: userData)) }
        if pauses { add(4, 0, 0) }
        if meter != 0 { add(5, UInt64(meter), 4) }
        return properties
    }

    var kind: ActionKind { needsLong ? .nicira(37) : .nicira(20) }
    var bodySize: Int { needsLong ? 6 + properties.octetCount : 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        if needsLong {
            octets.append(zeros: 6)
            properties.write(to: &octets)
        } else {
            octets.append(uint16: maximumLength)
            octets.append(uint16: identifier)
            octets.append(reason)
            octets.append(0)
        }
    }
}
