import Wire

extension DHCPv4 {
    /// What a lease of DHCPv4 remembers beside the lease itself: the relay agent's words, and a nonce.
    ///
    /// Octets are the suboptions of option 82, then the nonce as one more, of a code that no agent has.
    struct LeaseAttachment: Equatable, Sendable {
        /// What the relay agent told when it last passed on a message of the client.
        var relay: RelayAgentInformation?

        /// What proves that a FORCERENEW is ours (RFC 6704).
        var nonce: ForceRenewNonce?

        private static let nonceCode = RelaySuboption.Code(rawValue: 255)

        init() {}

        /// Reads what `octets` wrote; what cannot be read is as good as nothing.
        init(_ octets: [UInt8]) {
            guard !octets.isEmpty, let whole = try? RelayAgentInformation(readingAll: octets.span.octets) else {
                return
            }
            let plain = whole.suboptions.filter { $0.code != Self.nonceCode }
            if !plain.isEmpty { relay = RelayAgentInformation(plain) }
            nonce = whole.suboptions.last { $0.code == Self.nonceCode }.flatMap { ForceRenewNonce($0.value) }
        }

        /// As a lease keeps it; without the agent's words if they are too many.
        var octets: [UInt8] {
            var suboptions = (relay?.suboptions ?? []).filter { $0.code != Self.nonceCode }
            if suboptions.reduce(0, { $0 + 2 + $1.value.count }) > Lease.attachmentLimit - 2 - ForceRenewNonce.size {
                suboptions = []
            }
            if let nonce { suboptions.append(RelaySuboption(code: Self.nonceCode, value: nonce.octets)) }
            guard !suboptions.isEmpty else { return [] }
            let information = RelayAgentInformation(suboptions)
            return [UInt8](capacity: information.size) { information.write(to: &$0) }
        }
    }
}

extension DHCPv4.Server {
    /// What the client's lease remembers from now on.
    func attachment(of query: DHCPv4.Query, before: Lease?) -> DHCPv4.LeaseAttachment {
        let isHis = before?.client == query.identity
        if query.relay == nil, !isHis || before?.attachment.isEmpty != false, query.nonce == nil {
            return DHCPv4.LeaseAttachment()
        }
        var attachment = isHis ? DHCPv4.LeaseAttachment(before?.attachment ?? []) : DHCPv4.LeaseAttachment()
        if query.path == .relayed { attachment.relay = query.relay }
        if attachment.nonce == nil { attachment.nonce = query.nonce }
        return attachment
    }
}
