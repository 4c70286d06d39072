package import Link

/// The program that the kernel runs on each frame, so that only what may be an answer is copied to us.
package enum AnswerFilter {
    /// Octets kept of a frame: the headers of any answer with a quoted probe inside.
    static let kept: UInt32 = 192

    /// Frames to our ports, ICMP and ICMPv6; the reader decides about each.
    ///
    /// For a protocol scan everything of the family passes: an answer may be of any protocol.
    package static func program(
        technique: Technique, framing: Path.Framing, isIPv6: Bool, cookie: Cookie
    ) throws(FilterError) -> FilterProgram {
        let start = UInt32(framing.size)
        var filter = FilterBuilder()
        let (keep, drop, control) = (filter.label(), filter.label(), filter.label())
        if framing == .ethernet {
            filter.add(.load(.half, at: 12))
            let type: UInt32 = isIPv6 ? 0x86DD : technique == .neighbor ? 0x0806 : 0x0800
            filter.require(.equal, .constant(type), orElse: drop)
        }
        if technique == .ipProtocol || technique == .neighbor {
            filter.jump(to: keep)
        } else if isIPv6 {
            // Behind extension headers the ports cannot be found in a fixed number of steps: those packets pass.
            filter.add(.load(.octet, at: start + 6))
            for number: UInt32 in [6, 17, 132] {
                filter.jump(if: .equal, .constant(number), to: control)
            }
            filter.jump(to: keep)
            filter.place(control)
            filter.add(.load(.half, at: start + 42))
            try range(&filter, cookie, keep: keep, drop: drop)
        } else {
            filter.add(.load(.half, at: start + 6))
            filter.jump(if: .sharesBits, .constant(0x1FFF), to: drop)
            filter.add(.load(.octet, at: start + 9))
            filter.jump(if: .equal, .constant(1), to: keep)
            for number: UInt32 in [6, 17, 132] {
                filter.jump(if: .equal, .constant(number), to: control)
            }
            filter.jump(to: drop)
            filter.place(control)
            filter.add(.loadIndex(headerLengthAt: start))
            filter.add(.load(.half, atIndexPlus: start + 2))
            try range(&filter, cookie, keep: keep, drop: drop)
        }
        filter.place(keep)
        filter.add(.keep(kept))
        filter.place(drop)
        filter.add(.keep(0))
        return try filter.program()
    }

    private static func range(
        _ filter: inout FilterBuilder, _ cookie: Cookie, keep: FilterBuilder.Label, drop: FilterBuilder.Label
    ) throws(FilterError) {
        filter.add(.combine(.and, .constant(UInt32(~(Cookie.portCount - 1)))))
        filter.require(.equal, .constant(UInt32(cookie.base)), orElse: drop)
        filter.jump(to: keep)
    }
}
