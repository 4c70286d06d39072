import Glibc
import Linux
import Testing

@Suite("Socket address")
struct SocketAddressTests {
    /// RFC 5952, 4 and 5: what may be written, and how it is to be written.
    @Test(arguments: [
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::AbCd", "2001:db8::abcd"),
        ("::", "::"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("fe80:0:0:0:0:0:0:0", "fe80::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("192.0.2.1", "192.0.2.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("0.0.0.0", "0.0.0.0"),
    ])
    func `an address is written as RFC 5952 has it`(read: String, written: String) throws {
        #expect(try #require(SocketAddress(host: read, port: 80)).host == written)
    }

    @Test(arguments: [
        ("192.0.2.1:80", SocketAddress(ipv4: 0xC000_0201, port: 80)),
        ("0.0.0.0:0", SocketAddress(ipv4: 0, port: 0)),
        ("127.0.0.1:65535", SocketAddress(ipv4: 0x7F00_0001, port: 65535)),
        ("[2001:db8::1]:443", SocketAddress(ipv6: 0x2001_0DB8_0000_0000_0000_0000_0000_0001, port: 443)),
        ("[::]:80", SocketAddress(ipv6: 0, port: 80)),
        (":80", SocketAddress(ipv6: 0, port: 80)),
    ])
    func `an address with a port is read`(text: String, address: SocketAddress) {
        #expect(SocketAddress(text) == address)
    }

    @Test(arguments: [
        "", ":", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:000080",
        "127.0.0.1:+80", "127.0.0.1:-1", "127.0.0.1:8 0", " 127.0.0.1:80", "127.0.0.1 :80", "127.0.0.1:80 ",
        "127.0.0.1:٨٠", "256.0.0.1:80", "1.2.3:80", "01.2.3.4:80", "0x7f.0.0.1:80", "2130706433:80", "1.2.3.4.5:80",
        "localhost:80", "[::1]", "[::1]80", "[::1:80", "::1]:80", "[]:80", "[[::1]]:80", "[127.0.0.1]:80",
        "[::1]]:80", "[1::2::3]:80", "[12345::]:80", "[fe80::1%lo]:80", "::1", "2001:db8::1", "::1:80",
        "2001:db8::1:80",
    ])
    func `what is neither is refused`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `text is read to its end, also past a NUL`() {
        #expect(SocketAddress("127.0.0.1\0.example:80") == nil)
        #expect(SocketAddress("[::1\0]:80") == nil)
        #expect(SocketAddress(host: "127.0.0.1\0", port: 80) == nil)
    }

    @Test func `a mapped address shows its IPv4 form and keeps what it is`() throws {
        let address = SocketAddress(ipv6: 0xFFFF_C000_0201, port: 80)
        #expect(address.isIPv6)
        #expect(address.unmapped == 0xC000_0201)
        #expect("\(address)" == "192.0.2.1:80")
        #expect(address != SocketAddress(ipv4: 0xC000_0201, port: 80))
    }

    @Test func `only mapped addresses have an IPv4 form`() {
        #expect(SocketAddress(ipv6: 1, port: 0).unmapped == nil)
        #expect(SocketAddress(ipv6: 0x1_FFFF_C000_0201, port: 0).unmapped == nil)
        #expect(SocketAddress(ipv6: 0xFFFE_C000_0201, port: 0).unmapped == nil)
        #expect(SocketAddress(ipv4: 0, port: 0).unmapped == 0)
    }

    @Test(arguments: 1...4)
    func `what is written is read back`(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<500 {
            let port = UInt16.random(in: 0...65535, using: &random)
            // Half of the groups are zero, so that all ways of shortening come up.
            let groups = (0..<8).map { _ in
                Bool.random(using: &random) ? 0 : UInt128.random(in: 0...0xFFFF, using: &random)
            }
            let bits = groups.reduce(0) { $0 << 16 | $1 }
            let address = SocketAddress(ipv6: bits, port: port)
            if address.unmapped == nil { #expect(SocketAddress("\(address)") == address, "seed \(seed)") }
            let short = SocketAddress(ipv4: UInt32(truncatingIfNeeded: bits), port: port)
            #expect(SocketAddress("\(short)") == short, "seed \(seed)")
        }
    }

    @Test(arguments: [
        SocketAddress(ipv4: 0xC000_0201, port: 8080),
        SocketAddress(ipv6: 0x2001_0DB8_0000_0000_0000_0000_0000_0001, port: 443),
        SocketAddress(ipv6: 0xFE80 << 112 | 1, scope: 7, port: 1),
    ])
    func `the kernel's form comes back unchanged`(address: SocketAddress) {
        var storage = sockaddr_storage()
        address.withKernelForm { form, length in
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: form, count: Int(length)))
            }
        }
        #expect(SocketAddress(storage) == address)
        // In network order, whatever this machine's is: the port follows the family.
        withUnsafeBytes(of: &storage) {
            #expect(Int($0[2]) << 8 | Int($0[3]) == Int(address.port))
        }
    }

    @Test func `another family has no address`() {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        #expect(SocketAddress(storage) == nil)
    }
}
