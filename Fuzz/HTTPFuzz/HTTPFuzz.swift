import Hostile
import LoadBalancer

/// Gives any octets to the proxy's readers and writers of HTTP/1, and holds what comes of them against what is promised.
///
/// The first octet selects: the reader of request heads, that of response heads, that of chunks, and heads which are
/// mended before they are read, so that most of them are accepted and written anew.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = octets.first else { return 0 }
    let input = Array(octets.dropFirst())
    switch kind % 4 {
    case 0: fuzzRequest(input)
    case 1: fuzzResponse(input, toHead: kind & 4 != 0)
    case 2: fuzzChunks(input)
    default: fuzzRequest(mended(input))
    }
    return 0
}

/// Stops with the rule that is broken; `precondition` keeps its message to itself in a release build.
func hold(_ condition: Bool, _ rule: @autoclosure () -> String) {
    if !condition { fatalError(rule()) }
}

/// A request's head made of the input's lines: a method and target from the first, field lines from the others.
private func mended(_ input: [UInt8]) -> [UInt8] {
    var lines = input.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
    let first = lines.popFirst() ?? []
    let methods = ["GET", "POST", "OPTIONS", "HEAD", "PUT", "x"]
    let target = first.dropFirst().map { (0x21...0x7E).contains($0) && !"\"#<>".utf8.contains($0) ? $0 : 0x2F }
    var head = Array(methods[Int(first.first ?? 0) % methods.count].utf8) + [0x20, 0x2F] + target
    head += Array(" HTTP/1.1\r\nHost: a\r\n".utf8)
    for line in lines {
        let name = line.prefix { $0 != 0x3A }
        let letters = name.map { isLetterOrDigit($0) ? $0 : 0x2D }
        head += letters.isEmpty ? [0x78] : letters
        head.append(0x3A)
        head += line.dropFirst(name.count + 1).map { $0 >= 0x20 && $0 != 0x7F ? $0 : 0x09 }
        head += [0x0D, 0x0A]
    }
    return head + [0x0D, 0x0A]
}

private func isLetterOrDigit(_ octet: UInt8) -> Bool {
    (0x30...0x39).contains(octet) || (0x61...0x7A).contains(octet | 0x20)
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
