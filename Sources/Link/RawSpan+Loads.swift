// The only loads of this module. Each is checked against the span's end by the standard library, and any octets make an
// integer, hence they are safe.
extension RawSpan {
    /// The octet at an offset, which lies in the span.
    func octet(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Two octets in network order.
    func big16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Four octets in network order.
    func big32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Two octets in this machine's order, which is also a netlink message's.
    func host16(at offset: Int) -> UInt16 { unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self) }

    /// Four octets in this machine's order.
    func host32(at offset: Int) -> UInt32 { unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self) }

    /// All octets, copied.
    func copied() -> [UInt8] {
        // The array takes the octets before the pointer ends.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
