import Wire

extension DHCPv4 {
    /// What proves to a client that a FORCERENEW is from the server that it has its lease from (RFC 6704, 3.1).
    struct ForceRenewNonce: Equatable, Sendable {
        static let size = 16

        /// 128 bits that only client and server know, and whoever listened when they were told.
        let octets: [UInt8]

        /// The octets of a nonce; nil if there are not 16.
        init?(_ octets: [UInt8]) {
            guard octets.count == Self.size else { return nil }
            self.octets = octets
        }

        /// Makes a nonce.
        init(using random: inout some RandomNumberGenerator) {
            octets = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        }

        /// What tells the client the nonce.
        func option(replayDetection: UInt64) -> Authentication {
            Authentication(Self.fields(type: 1, octets, replayDetection))
        }

        /// Writes a message with the proof, which is over all of it with zeros in its place.
        func sign(_ message: DHCPv4.Message, replayDetection: UInt64) -> [UInt8] {
            var message = message
            func write(_ value: [UInt8]) -> [UInt8] {
                message.options.set(Authentication(Self.fields(type: 2, value, replayDetection)))
                return [UInt8](capacity: message.size) { message.write(to: &$0) }
            }
            let digest = HMACMD5.authenticate(write([UInt8](repeating: 0, count: Self.size)), key: octets)
            return write(digest)
        }

        private static func fields(type: UInt8, _ value: [UInt8], _ replayDetection: UInt64) -> DHCPAuthentication {
            DHCPAuthentication(
                protocolNumber: 3, algorithm: 1, replayDetectionMethod: 0, replayDetection: replayDetection,
                information: [type] + value)
        }
    }
}
