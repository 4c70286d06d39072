import OpenFlow
import Wire

/// Reads any octets as what comes from a switch, from a database or from a person, and holds what comes of it against what
/// is promised: what is read is written in as many octets as it says, and reads again as the same.
///
/// The first octet chooses. libFuzzer calls it with inputs that it changes so that they reach more and more of the code.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The fuzzer lends `count` octets for as long as the call takes.
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first, input.count <= 65_536 else { return 0 }
    let octets = Array(input.dropFirst())
    switch first % 4 {
    case 0: message(octets)
    case 1: text(String(decoding: octets, as: UTF8.self))
    case 2: session(octets)
    default: json(octets)
    }
    return 0
}

private func message(_ octets: [UInt8]) {
    guard let message = try? Message(readingAll: octets.span.octets, .openFlowMessage) else { return }
    let again = message.octets
    guard let same = try? Message(readingAll: again.span.octets, .openFlowMessage) else {
        preconditionFailure("what is written reads")
    }
    precondition(same == message, "it reads as the same")
    precondition(same.octets == again, "and is written as the same")
    switch message.body {
    case .flowMod(let flow): _ = flow.description
    case .groupMod(let group): _ = group.description
    case .meterMod(let meter): _ = meter.description
    case .multipartReply(let reply):
        if case .flows(let flows) = reply.body {
            for flow in flows { precondition(!flow.description.isEmpty, "a flow has a text") }
        }
    default: break
    }
}

private func text(_ text: String) {
    if let flow = try? FlowMod(line: text) {
        let octets = flow.octets
        let again = try? FlowMod(readingAll: octets.span.octets, .openFlowMessage)
        precondition(again?.match.canonical == flow.match.canonical, "a flow's octets read as its text")
        _ = flow.description
    }
    if let group = try? GroupMod(.add, text: text) {
        precondition(
            (try? GroupMod(readingAll: group.octets.span.octets, .openFlowMessage)) == group, "so do a group's")
    }
    if let meter = try? MeterMod(.add, text: text) {
        precondition((try? MeterMod(readingAll: meter.octets.span.octets, .openFlowMessage)) == meter, "and a meter's")
    }
}

private func session(_ octets: [UInt8]) {
    var session = Session()
    _ = session.connect(at: .zero)
    _ = session.receive(Message(transaction: 1, .hello(Hello(versions: [.openFlow14]))).octets, at: .zero)
    let features = FeaturesReply(datapath: 1, capabilities: 0)
    _ = session.receive(Message(transaction: 2, .featuresReply(features)).octets, at: .zero)
    _ = session.ask(.multipartRequest(.flows(FlowRequest())), at: .zero)
    _ = session.commit([.flow(FlowMod(.add))], at: .zero)
    // The octets come in pieces whose length the first of each says.
    var rest = octets[...]
    var now = Duration.zero
    while let length = rest.first {
        _ = session.receive(Array(rest.dropFirst().prefix(Int(length))), at: now)
        rest = rest.dropFirst(1 + Int(length))
        now += .milliseconds(100)
        _ = session.tick(at: now)
    }
}

private func json(_ octets: [UInt8]) {
    if let value = try? JSON(octets) { precondition((try? JSON(value.octets)) == value, "JSON reads as the same") }
    var session = OVSDBSession(at: .zero)
    _ = session.monitor(BridgePort.columns, named: "ports", at: .zero)
    var tables = OVSDBTables(sets: BridgePort.sets)
    for action in session.receive(octets, at: .zero) {
        if case .update(_, let update) = action { tables.apply(update) }
    }
    _ = tables.ports(of: "br0")
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
