import OpenFlow

/// A flow that somebody wants.
struct DesiredFlow: Hashable, Sendable {
    let text: String
    let object: UInt32
    /// The low bits of the generation that it came with.
    var round: UInt16
    let template: FlowTemplate

    /// As it was read last, and the numbers that the ports had then, or stand-ins.
    private(set) var flow: FlowMod
    private var numbers: [PortNumber]

    /// The ports that are missing: then no switch gets it.
    var missing: [String] = []
    /// Its place in the switch; nil if it has none.
    var place: FlowKey?
    /// Why the switch cannot have it, if it refused.
    var rejection: String?

    /// Reads one; ports that are not there get a stand-in.
    init(_ text: String, object: UInt32, resolve: (String) -> PortNumber?) throws(FlowTextError) {
        guard text.utf8.count <= FlowTemplate.limit else {
            throw FlowTextError("it has more than \(FlowTemplate.limit) octets")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw FlowTextError("it has a line break or another control")
        }
        (self.text, self.object, round) = (text, object, 0)
        template = FlowTemplate(text)
        guard template.names.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 255 }) else {
            throw FlowTextError("a port's name has 1 to 255 octets")
        }
        numbers = template.names.map { resolve($0) ?? Self.standIn }
        flow = try Self.read(template, numbers)
        guard flow.cookie == 0 else { throw FlowTextError("the cookie is hvflowd's to write: leave it out") }
        guard flow.idleTimeout == 0, flow.hardTimeout == 0 else {
            throw FlowTextError("what is wanted does not expire: leave the timeout out")
        }
        guard flow.flags.isDisjoint(with: [.checkOverlap, .resetCounts]) else {
            throw FlowTextError("check_overlap and reset_counts are of no use here: leave them out")
        }
        guard flow.table != FlowMod.allTables else { throw FlowTextError("a flow's table is 0 to 254") }
    }

    /// A number that actions and matches of every kind take.
    private static let standIn = PortNumber(rawValue: 1)

    private static func read(_ template: FlowTemplate, _ numbers: [PortNumber]) throws(FlowTextError) -> FlowMod {
        let text = template.text { name in
            template.names.firstIndex(of: name).map { numbers[$0] } ?? standIn
        }
        do {
            return try FlowMod(.add, text: text)
        } catch {
            // Where names were replaced the columns are those of another text.
            throw FlowTextError(template.names.isEmpty ? "\(error)" : error.message)
        }
    }

    /// Reads it anew if the ports have other numbers now; false if a port is missing.
    mutating func render(_ resolve: (String) -> PortNumber?) throws(FlowTextError) -> Bool {
        missing = template.names.filter { resolve($0) == nil }
        guard missing.isEmpty else { return false }
        let now = template.names.compactMap(resolve)
        guard now != numbers else { return true }
        flow = try Self.read(template, now)
        numbers = now
        return true
    }

    /// What tells it from the owner's others.
    var key: DesiredKey { DesiredKey(flow, template) }

    /// Whether it asks for the same as another with the same key.
    func isSame(as other: DesiredFlow) -> Bool {
        if text == other.text { return object == other.object }
        return object == other.object && template.names == other.template.names && flow.flags == other.flow.flags
            && flow.importance == other.flow.importance
            && (numbers == other.numbers && flow.instructions == other.flow.instructions)
    }
}

/// Why a flow's or a meter's text is no use.
struct FlowTextError: Error, Hashable, Sendable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A meter that somebody wants.
struct DesiredMeter: Hashable, Sendable {
    let text: String
    let object: UInt32
    let meter: MeterMod

    /// Reads one.
    init(_ text: String, object: UInt32) throws(FlowTextError) {
        guard text.utf8.count <= FlowTemplate.limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw FlowTextError("it is too long, or has a line break or another control")
        }
        (self.text, self.object) = (text, object)
        do {
            meter = try MeterMod(.add, text: text)
        } catch {
            throw FlowTextError("\(error)")
        }
        guard meter.meter <= 0xFFFF_0000 else { throw FlowTextError("a meter is 1 to 0xffff0000") }
    }

    /// The same meter as a switch lists it.
    func isSame(as other: MeterConfiguration) -> Bool {
        // A switch may keep statistics unasked.
        meter.bands == other.bands
            && meter.flags.union(.statistics) == other.flags.union(.statistics)
    }
}
