import PortScanner
import Wire

/// Gives any frame to the reader of answers, for every technique and both families.
///
/// The key is the fuzzer's to know, so that it finds answers that are true; what it does not know is that none may name a
/// probe that the fields do not prove.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard octets.count > 1 else { return 0 }
    let techniques: [Technique] = [
        .synchronize, .acknowledge, .finish, .udp, .sctpInit, .ipProtocol, .echo, .timestamp, .mask, .neighbor,
    ]
    let technique = techniques[Int(octets[0]) % techniques.count]
    let isIPv6 = octets[0] & 0x80 != 0
    let path = Path(
        interface: "eth0", interfaceIndex: 1, framing: octets[0] & 0x40 != 0 ? .none : .ethernet,
        hardwareAddress: MACAddress(2, 0, 0, 0, 0, 1), source: isIPv6 ? 0xFD00 << 112 | 1 : 0x0A08_0001,
        isIPv6: isIPv6, gateway: nil)
    let cookie = Cookie(hash: KeyedHash(key: (1, 2)))
    var reader = AnswerReader(technique: technique, path: path, cookie: cookie)
    let frame = Array(octets.dropFirst())
    guard let answer = reader.read(frame.span.octets) else { return 0 }
    precondition(answer.evidence != .none, "an answer says something")
    precondition(answer.attempt < 8, "there are eight tries to tell apart")
    precondition(isIPv6 || answer.address >> 32 == 0, "an IPv4 address has 32 bits")
    precondition(frame.count >= path.framing.size + 20, "an answer has a header")
    _ = Verdict(technique, answer.evidence)
    return 0
}
