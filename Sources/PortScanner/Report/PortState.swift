/// What a port is, as far as the answers tell; the words are nmap's.
public enum PortState: String, Hashable, Sendable, CaseIterable {
    /// Something takes connections or datagrams.
    case open
    /// The host answers, and nothing listens.
    case closed
    /// A firewall keeps the probe, or the answer, from arriving.
    case filtered
    /// Reachable, but open or closed is not known: what an ACK scan can tell.
    case unfiltered
    /// Silent, which both an open and a filtered port may be.
    case openOrFiltered = "open|filtered"
    /// Silent, which both a closed and a filtered port may be.
    case closedOrFiltered = "closed|filtered"
    /// The network did not let us know: answers were lost or limited, and further probes did not help.
    ///
    /// No other scanner has it: they call such a port filtered.
    case undecided
}

extension PortState: CustomStringConvertible {
    public var description: String { rawValue }
}

extension PortState {
    /// Whether the state names an open port, or one that may be.
    public var mayBeOpen: Bool { self == .open || self == .openOrFiltered }
}
