import Wire

extension DHCPv6 {
    /// What proves to a client that a Reconfigure message is from the server that it has its lease from (RFC 8415, 20.4).
    struct ReconfigureKey: Equatable, Sendable {
        static let size = 16

        /// 128 bits that only client and server know, and whoever listened when they were told.
        let octets: [UInt8]

        /// The octets of a lease's attachment; nil if it has none.
        init?(_ attachment: [UInt8]) {
            guard attachment.count == Self.size else { return nil }
            octets = attachment
        }

        /// Makes a key.
        init(using random: inout some RandomNumberGenerator) {
            octets = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        }

        /// What tells the client the key (RFC 8415, 20.4.1).
        func option(replayDetection: UInt64) -> Authentication {
            Authentication(Self.fields(type: 1, octets, replayDetection))
        }

        /// Adds the proof to a message, which must have no Authentication option yet.
        func sign(_ message: inout Message, replayDetection: UInt64) {
            let unsigned = message
            message.options.append(
                Authentication(Self.fields(type: 2, [UInt8](repeating: 0, count: Self.size), replayDetection)))
            // The digest is over the whole message, with zeros where it will be.
            let octets = [UInt8](capacity: message.size) { message.write(to: &$0) }
            let digest = HMACMD5.authenticate(octets, key: self.octets)
            message = unsigned
            message.options.append(Authentication(Self.fields(type: 2, digest, replayDetection)))
        }

        private static func fields(type: UInt8, _ value: [UInt8], _ replayDetection: UInt64) -> DHCPAuthentication {
            DHCPAuthentication(
                protocolNumber: 3, algorithm: 1, replayDetectionMethod: 0, replayDetection: replayDetection,
                information: [type] + value)
        }
    }
}
