/// What came back for a probe: one octet for each, so that a million cost a megabyte.
package struct Evidence: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt8
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing so far.
    package static var none: Evidence { Evidence(rawValue: 0) }
    package static var synchronizeAcknowledgment: Evidence { Evidence(rawValue: 1) }
    package static var reset: Evidence { Evidence(rawValue: 2) }
    /// A reset with a window that is not 0.
    package static var resetWithWindow: Evidence { Evidence(rawValue: 3) }
    package static var udpResponse: Evidence { Evidence(rawValue: 5) }
    package static var protocolResponse: Evidence { Evidence(rawValue: 6) }
    package static var initAcknowledgment: Evidence { Evidence(rawValue: 7) }
    package static var abort: Evidence { Evidence(rawValue: 8) }
    package static var echoReply: Evidence { Evidence(rawValue: 9) }
    package static var timestampReply: Evidence { Evidence(rawValue: 10) }
    package static var maskReply: Evidence { Evidence(rawValue: 11) }
    package static var arpResponse: Evidence { Evidence(rawValue: 12) }
    package static var neighborAdvertisement: Evidence { Evidence(rawValue: 13) }
    /// A connection that the kernel made for us.
    package static var connected: Evidence { Evidence(rawValue: 14) }
    package static var refused: Evidence { Evidence(rawValue: 15) }

    /// Our own firewall forbade it.
    package static var localRefusal: Evidence { Evidence(rawValue: 16) }

    package static var networkUnreachable: Evidence { Evidence(rawValue: 32) }
    package static var hostUnreachable: Evidence { Evidence(rawValue: 33) }
    package static var protocolUnreachable: Evidence { Evidence(rawValue: 34) }
    package static var portUnreachable: Evidence { Evidence(rawValue: 35) }
    package static var sourceRouteFailed: Evidence { Evidence(rawValue: 36) }
    package static var networkProhibited: Evidence { Evidence(rawValue: 37) }
    package static var hostProhibited: Evidence { Evidence(rawValue: 38) }
    package static var administrativelyProhibited: Evidence { Evidence(rawValue: 39) }
    package static var timeExceeded: Evidence { Evidence(rawValue: 40) }
    package static var parameterProblem: Evidence { Evidence(rawValue: 41) }
    package static var packetTooBig: Evidence { Evidence(rawValue: 42) }
    package static var noRoute: Evidence { Evidence(rawValue: 43) }
    package static var beyondScope: Evidence { Evidence(rawValue: 44) }
    package static var addressUnreachable: Evidence { Evidence(rawValue: 45) }
    package static var rejectedRoute: Evidence { Evidence(rawValue: 46) }
    package static var unknownUnreachable: Evidence { Evidence(rawValue: 47) }

    /// An ICMP or ICMPv6 error, which routers and firewalls send at a limited rate (RFC 1812, 4.3.2.8; RFC 4443, 2.4).
    @inlinable package var isError: Bool { rawValue >= 32 }

    /// What of them comes at a limited rate is counted together.
    package enum Class: Int, CaseIterable, Sendable { case acceptance, reset, error }

    /// Which rate limit this one may fall under.
    package var kind: Class {
        if isError { return .error }
        return self == .reset || self == .resetWithWindow || self == .abort ? .reset : .acceptance
    }
}

/// A true answer: its cookie is ours.
package struct Answer: Equatable, Sendable {
    /// The host that was asked, which need not be the one that answers.
    package var address: UInt128
    /// The port, or protocol number, that was asked.
    package var port: UInt16
    /// Which try is answered, from 0.
    package var attempt: UInt8
    package var evidence: Evidence
    /// As it came (TTL, or hop limit).
    package var timeToLive: UInt8
    /// Who answered, if it was not the host that was asked.
    package var reporter: UInt128?
    /// The link-layer address in an ARP or NDP answer; 0 otherwise.
    package var hardwareAddress: UInt64 = 0

    package init(
        address: UInt128, port: UInt16, attempt: UInt8, evidence: Evidence, timeToLive: UInt8, reporter: UInt128? = nil,
        hardwareAddress: UInt64 = 0
    ) {
        (self.address, self.port, self.attempt, self.evidence) = (address, port, attempt, evidence)
        (self.timeToLive, self.reporter, self.hardwareAddress) = (timeToLive, reporter, hardwareAddress)
    }
}
