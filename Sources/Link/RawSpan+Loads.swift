// Loads in this machine's order, which `Wire` has no use for. Each is checked against the span's end by the standard
// library, and any octets make an integer, hence they are safe.
extension RawSpan {
    /// Two octets in this machine's order.
    func host16(at offset: Int) -> UInt16 { unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self) }

    /// Four octets in this machine's order.
    func host32(at offset: Int) -> UInt32 { unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self) }

    /// All octets, copied.
    package func copied() -> [UInt8] {
        // The array takes the octets before the pointer ends.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
