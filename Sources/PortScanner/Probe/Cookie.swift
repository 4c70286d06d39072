/// What a probe carries so that its answer proves itself: keyed bits in every field that comes back.
///
/// A SYN's answer brings the source port and the sequence number; an ICMP error quotes them, and the identification (or
/// flow label). None of it needs memory of the probe.
package struct Cookie: Sendable {
    /// Tries that a source port can tell apart.
    package static let attempts = 8
    /// Ports of ours: `base..<base + portCount`.
    package static let portCount: UInt16 = 8192

    package let hash: KeyedHash
    /// The first source port.
    package let base: UInt16

    /// Source ports begin at `base`, a multiple of 8192.
    package init(hash: KeyedHash, base: UInt16 = 40960) {
        precondition(base % Self.portCount == 0, "source ports begin at a multiple of their count")
        (self.hash, self.base) = (hash, base)
    }

    /// The keyed fields of one probe.
    package struct Fields: Sendable {
        package let bits: UInt64
        package let sourcePort: UInt16
        package let attempt: UInt8

        /// The sequence number, which differs with the try: a host must not take two tries for one segment.
        package var sequence: UInt32 { UInt32(truncatingIfNeeded: bits) &+ UInt32(attempt) &* 0x9E37_79B9 }
        /// The acknowledgment number of probes that have one.
        package var acknowledgment: UInt32 {
            UInt32(truncatingIfNeeded: bits &>> 21) &+ UInt32(attempt) &* 0x85EB_CA6B
        }
        /// IPv4's identification.
        package var identification: UInt16 { UInt16(truncatingIfNeeded: bits &>> 32) }
        /// IPv6's flow label, 20 bits.
        package var flowLabel: UInt32 { UInt32(truncatingIfNeeded: bits &>> 32) & 0xF_FFFF }
    }

    /// The fields of try `attempt` at an IPv4 host's port.
    @inline(__always)
    package func fields(ipv4 address: UInt32, port: UInt16, attempt: UInt8) -> Fields {
        fields(hash(UInt64(address) << 16 | UInt64(port)), attempt)
    }

    /// The fields of try `attempt` at an IPv6 host's port.
    package func fields(ipv6 address: UInt128, port: UInt16, attempt: UInt8) -> Fields {
        fields(hash(address, UInt64(port)), attempt)
    }

    /// The fields of either family.
    @inline(__always)
    package func fields(_ address: UInt128, isIPv6: Bool, port: UInt16, attempt: UInt8) -> Fields {
        isIPv6
            ? fields(ipv6: address, port: port, attempt: attempt)
            : fields(ipv4: UInt32(truncatingIfNeeded: address), port: port, attempt: attempt)
    }

    @inline(__always)
    private func fields(_ bits: UInt64, _ attempt: UInt8) -> Fields {
        let place = UInt16(truncatingIfNeeded: bits &>> 54) &<< 3 | UInt16(attempt & 7)
        return Fields(bits: bits, sourcePort: base | place, attempt: attempt & 7)
    }

    /// The try that a source port of ours tells; nil if the port is none of ours.
    @inline(__always)
    package func attempt(ofSourcePort port: UInt16) -> UInt8? {
        port & ~(Self.portCount - 1) == base ? UInt8(truncatingIfNeeded: port & 7) : nil
    }
}
