/// Hexadecimal digits, eight at one time.
package enum Hexadecimal {
    /// The eight digits of a number in lower case, the first in the lowest octet, as they lie in memory.
    @inlinable
    package static func digits(of number: UInt32) -> UInt64 {
        // Each half byte gets an octet of its own, the last digit lowest; then the octets are turned around.
        var octets = UInt64(number)
        octets = (octets | octets << 16) & 0x0000_FFFF_0000_FFFF
        octets = (octets | octets << 8) & 0x00FF_00FF_00FF_00FF
        octets = ((octets | octets << 4) & 0x0F0F_0F0F_0F0F_0F0F).byteSwapped
        // From ten on, with six more a bit of the upper half is set; letters lie 39 behind where digits would go on.
        let letters = (octets &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (octets &+ 0x3030_3030_3030_3030 &+ letters &* 39).littleEndian
    }
}
