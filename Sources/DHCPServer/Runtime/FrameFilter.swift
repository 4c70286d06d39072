package import Link

/// The programs by which the kernel chooses what comes: everything else costs this process nothing.
package enum FrameFilter {
    /// The frames of a link that concern a server: DHCPv4 to port 67, and ARP replies.
    ///
    /// Fragments and frames with a tag inside of the first one are none. Tags are off when the program runs: unless the
    /// interface has VLANs that are served, frames that had one are left alone.
    package static func link(takesTags: Bool) -> FilterProgram {
        var filter = FilterBuilder()
        let (drop, keep, arp, isIPv6, neighbor) = (
            filter.label(), filter.label(), filter.label(), filter.label(), filter.label()
        )
        if !takesTags {
            filter.add(.load(.hasVLANTag))
            filter.require(.equal, .constant(0), orElse: drop)
        }
        filter.add(.load(.half, at: 12))
        filter.jump(if: .equal, .constant(0x0806), to: arp)
        filter.jump(if: .equal, .constant(0x86DD), to: isIPv6)
        filter.require(.equal, .constant(0x0800), orElse: drop)
        filter.add(.load(.octet, at: 23))
        filter.require(.equal, .constant(17), orElse: drop)
        filter.add(.load(.half, at: 20))
        filter.jump(if: .sharesBits, .constant(0x3FFF), to: drop)
        filter.add(.loadIndex(headerLengthAt: 14))
        filter.add(.load(.half, atIndexPlus: 16))
        filter.require(.equal, .constant(67), orElse: drop)
        filter.jump(to: keep)
        filter.place(arp)
        filter.add(.load(.half, at: 20))
        filter.require(.equal, .constant(2), orElse: drop)
        filter.jump(to: keep)
        // No extension header, and so no fragment, before either (RFC 6980).
        filter.place(isIPv6)
        filter.add(.load(.octet, at: 20))
        filter.jump(if: .equal, .constant(58), to: neighbor)
        filter.require(.equal, .constant(17), orElse: drop)
        filter.add(.load(.half, at: 56))
        filter.require(.equal, .constant(547), orElse: drop)
        filter.jump(to: keep)
        filter.place(neighbor)
        filter.add(.load(.octet, at: 54))
        // Solicitations and advertisements of routers and neighbors.
        filter.require(.greaterOrEqual, .constant(133), orElse: drop)
        filter.jump(if: .greater, .constant(136), to: drop)
        filter.place(keep)
        filter.add(.keep(0x0004_0000))
        filter.place(drop)
        filter.add(.keep(0))
        return checked(filter)
    }

    /// The datagrams that come as such: on interfaces that no frames are taken from, and for one address.
    static func datagrams(except interfaces: [UInt32]) -> FilterProgram {
        var filter = FilterBuilder()
        let drop = filter.label()
        filter.add(.load(.interfaceIndex))
        // More than fit into the reach of a jump are no case.
        for index in interfaces.prefix(120) { filter.jump(if: .equal, .constant(index), to: drop) }
        // PACKET_HOST: neither broadcast nor multicast.
        filter.add(.load(.packetType))
        filter.require(.equal, .constant(0), orElse: drop)
        filter.add(.keep(0x0004_0000))
        filter.place(drop)
        filter.add(.keep(0))
        return checked(filter)
    }

    private static func checked(_ filter: FilterBuilder) -> FilterProgram {
        do throws(FilterError) {
            return try filter.program()
        } catch {
            preconditionFailure("the program is fixed but for its constants: \(error)")
        }
    }
}
