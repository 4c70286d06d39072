package import DHCP
import SystemPackage

/// What a machine's DHCPv6 server calls itself where nobody says it.
package enum MachineIdentifier {
    /// Of a server that has not got one yet.
    package static let none = DUID(octets: [0, 2, 0, 0, 0, 0, 0]) ?? { preconditionFailure("it has enough octets") }()

    /// A UUID (RFC 6355) made of the machine's identifier, which itself is not to be told (`machine-id(5)`); nil for a machine
    /// without one.
    package static func duid(file: String = "/etc/machine-id") -> DUID? {
        guard let descriptor = try? FileDescriptor.open(FilePath(file), .readOnly) else { return nil }
        defer { try? descriptor.close() }
        var text = [UInt8](repeating: 0, count: 64)
        // The buffer is the array's own, for as long as the call takes.
        guard let count = unsafe try? text.withUnsafeMutableBytes({ unsafe try descriptor.read(into: $0) }) else {
            return nil
        }
        let digits = text[..<count].prefix { $0 != 0x0A }
        guard digits.count == 32 else { return nil }
        let digest = HMACMD5.authenticate(Array("apus dhcp".utf8), key: Array(digits))
        return DUID(octets: [0, 4] + digest)
    }
}
