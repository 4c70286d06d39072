package import Glibc

/// An IPv4 or IPv6 address with a port, as `bind`, `connect` and `accept` take it (`ip(7)`, `ipv6(7)`).
///
/// It stores integers, so that comparing and hashing are two words' work, and is trivial, so that a slab may hold it.
public struct SocketAddress: Hashable, Sendable, BitwiseCopyable {
    /// The address as an integer in host order; an IPv4 address is its low 32 bits.
    public let bits: UInt128

    /// The zone of a link-local IPv6 address as an interface index, else 0 (`sin6_scope_id`).
    public let scope: UInt32

    /// The port in host order.
    public let port: UInt16

    /// Whether the address is of IPv6.
    public let isIPv6: Bool

    /// An IPv4 address in host order and a port.
    public init(ipv4 bits: UInt32, port: UInt16) {
        (self.bits, self.port, scope, isIPv6) = (UInt128(bits), port, 0, false)
    }

    /// An IPv6 address in host order and a port.
    public init(ipv6 bits: UInt128, scope: UInt32 = 0, port: UInt16) {
        (self.bits, self.scope, self.port, isIPv6) = (bits, scope, port, true)
    }

    /// Reads `192.0.2.1:80`, `[2001:db8::1]:80`, or `:80`, which is every address of the machine (`[::]:80`).
    ///
    /// Nil when the text is none of them; names are not looked up.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        // Without brackets the last group of an address without a port would pass for one (RFC 5952, 6).
        guard host.hasPrefix("[") || !host.utf8.contains(0x3A) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Reads the address alone: `192.0.2.1`, `[2001:db8::1]`, `2001:db8::1`, or nothing, which is `::`.
    public init?(host: String, port: UInt16) {
        if host.isEmpty {
            self.init(ipv6: 0, port: port)
            return
        }
        // C would read the text only up to it.
        guard !host.utf8.contains(0) else { return nil }
        var version4 = in_addr()
        // The text has no zero inside, and the calls fill the structures on our stack, which are as large as their families'.
        if unsafe inet_pton(AF_INET, host, &version4) == 1 {
            self.init(ipv4: UInt32(bigEndian: version4.s_addr), port: port)
            return
        }
        var literal = Substring(host)
        if literal.hasPrefix("["), literal.hasSuffix("]") { literal = literal.dropFirst().dropLast() }
        var version6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, String(literal), &version6) == 1 else { return nil }
        let bits = unsafe withUnsafeBytes(of: version6) { unsafe $0.loadUnaligned(as: UInt128.self) }
        self.init(ipv6: UInt128(bigEndian: bits), port: port)
    }

    /// The address without its port, as RFC 5952 writes it; an IPv4 address mapped into IPv6 in its IPv4 form.
    public var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if let plain = unmapped {
            var address = in_addr(s_addr: plain.bigEndian)
            // The calls read as many octets as their family has, and write a text that fits the array.
            _ = unsafe inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        } else {
            var address = bits.bigEndian
            _ = unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The IPv4 address in host order, also of one that is mapped into IPv6 (`::ffff:0:0/96`); nil for other IPv6 ones.
    public var unmapped: UInt32? {
        if !isIPv6 || bits >> 32 == 0xFFFF { return UInt32(truncatingIfNeeded: bits) }
        return nil
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String { unmapped == nil ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension SocketAddress {
    /// Lends the address in the kernel's form (`sockaddr_in`, `sockaddr_in6`) for one call.
    package func withKernelForm<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        if isIPv6 {
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_scope_id = scope
            // The field has sixteen octets; a form is lent under the head that all have in common, with its own length.
            unsafe withUnsafeMutableBytes(of: &form.sin6_addr) {
                unsafe $0.storeBytes(of: bits.bigEndian, as: UInt128.self)
            }
            return unsafe withUnsafePointer(to: &form) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.bigEndian
        form.sin_addr.s_addr = UInt32(truncatingIfNeeded: bits).bigEndian
        return unsafe withUnsafePointer(to: &form) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Takes what the kernel filled in; nil for a family that is neither IPv4 nor IPv6.
    package init?(_ form: sockaddr_storage) {
        switch Int32(form.ss_family) {
        case AF_INET:
            // The family says which form the kernel wrote, and a sockaddr_storage has room and alignment for each.
            let address = unsafe withUnsafeBytes(of: form) { unsafe $0.load(as: sockaddr_in.self) }
            self.init(ipv4: UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = unsafe withUnsafeBytes(of: form) { unsafe $0.load(as: sockaddr_in6.self) }
            let bits = unsafe withUnsafeBytes(of: address.sin6_addr) { unsafe $0.loadUnaligned(as: UInt128.self) }
            self.init(
                ipv6: UInt128(bigEndian: bits), scope: address.sin6_scope_id, port: UInt16(bigEndian: address.sin6_port)
            )
        default:
            return nil
        }
    }
}
