/// How another parser takes a message otherwise than ours.
struct Disagreement {
    enum Kind: Equatable {
        /// The other takes what ours refuses, or waits for the rest of; the code of our reason, or `partial`.
        case takenByOther(ours: String)
        /// Ours takes what the other refuses, in its words, or waits for the rest of.
        case takenByUs(other: String)
        /// Both take it, and see another method, target, status, field, body or end.
        case different(String)
    }

    let sample: Sample
    let kind: Kind
    let ours: Verdict
    let other: Verdict

    /// Nil where both agree; whether what nobody takes is refused now or later is no difference.
    init?(_ sample: Sample, _ ours: Verdict, _ other: Verdict) {
        (self.sample, self.ours, self.other) = (sample, ours, other)
        switch (ours.isWhole, other.isWhole) {
        case (false, false): return nil
        case (false, true): kind = .takenByOther(ours: ours.why ?? ours.verdict)
        case (true, false): kind = .takenByUs(other: other.why ?? other.verdict)
        case (true, true):
            guard let part = ours.difference(from: other) else { return nil }
            kind = .different(part)
        }
    }
}

/// A class of disagreements that is no fault of ours, and why.
struct Explanation: Sendable {
    let name: String
    /// Where the rule stands.
    let source: String
    /// Names of peers, or of one generation of a peer.
    let peers: Set<String>
    let text: String
    let matches: @Sendable (Disagreement) -> Bool

    func concerns(_ peer: Peer) -> Bool {
        peers.contains(peer.name) || peer.generation.map { peers.contains($0) } == true
    }

    func explains(_ found: Disagreement, _ peer: Peer) -> Bool { concerns(peer) && matches(found) }
}
