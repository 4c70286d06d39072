// Loads in this machine's order, which `Wire` has no use for.
extension RawSpan {
    /// Two octets in this machine's order.
    func host16(at offset: Int) -> UInt16 {
        // The standard library checks the offset, and any octets make an integer.
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)
    }

    /// Four octets in this machine's order.
    func host32(at offset: Int) -> UInt32 {
        // The standard library checks the offset, and any octets make an integer.
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    /// All octets, copied.
    package func copied() -> [UInt8] {
        // The array takes the octets before the pointer ends.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
