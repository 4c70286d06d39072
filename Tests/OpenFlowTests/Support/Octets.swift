import OpenFlow
import Wire

/// Reads the whole of some octets as a structure.
func read<Value: Structure>(_ type: Value.Type = Value.self, _ octets: [UInt8]) throws -> Value {
    try Value(readingAll: octets.span.octets, .openFlowMessage)
}

/// The octets that hexadecimal digits spell; spaces count for nothing.
func octets(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.filter { !$0.isWhitespace }.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Hexadecimal digits of octets.
func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// A field that the registry has.
func known(_ name: String) -> Field {
    guard let field = Field(name: name) else { preconditionFailure("no field is called \(name)") }
    return field
}
