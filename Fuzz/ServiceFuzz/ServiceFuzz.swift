import PortScanner
import Wire

/// Lets a hostile service answer every conversation, in pieces that the input chooses.
///
/// Whatever is told of it is short, and fit to be printed.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard octets.count > 2 else { return 0 }
    let number = Int(octets[0])
    var conversation = ConversationList.all[number % ConversationList.all.count]
    let size = max(1, Int(octets[1]))
    _ = conversation.open()
    var rest = octets.dropFirst(2)
    var heard: [UInt8] = []
    var follows = 0
    talk: while !rest.isEmpty {
        heard += rest.prefix(size)
        rest = rest.dropFirst(size)
        switch conversation.receive(heard) {
        case .more: continue
        case .send(let said):
            precondition(said.count < 2048, "what is said is short")
            heard = []
        case .foreign: return 0
        case .found(let identity):
            check(identity)
            return 0
        case .follow(let next, let identity):
            check(identity)
            follows += 1
            precondition(follows < 4, "conversations come to an end")
            conversation = next
            _ = conversation.open()
            heard = []
        }
    }
    if let identity = conversation.end(heard) { check(identity) }
    var answers = SystemAnswers(
        SystemProbeKey(
            source: IPv4Address(10, 0, 0, 1), target: IPv4Address(10, 0, 0, 2), openPort: 80, closedPort: 81,
            base: 2000, sequence: 7))
    _ = answers.receive(octets.span.octets, at: 1)
    var others = SystemAnswers(
        SystemProbeKey(
            source: 1 << 127 | 1, target: 1 << 127 | 2, isIPv6: true, openPort: 80, closedPort: 81, base: 2000,
            sequence: 7))
    _ = others.receive(octets.span.octets, at: 1)
    _ = try? RecogRules(octets)
    _ = try? ReportDifference(from: octets, to: octets)
    return 0
}

private func check(_ identity: ServiceIdentity) {
    let texts = [
        identity.product, identity.version, identity.extraInformation, identity.hostName, identity.operatingSystem,
        identity.banner,
    ]
    for text in texts.compactMap(\.self) + identity.platforms {
        precondition(text.utf8.count <= 4096, "texts are short")
        precondition(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "texts command no terminal")
    }
}
