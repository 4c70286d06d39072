internal import Glibc
package import Linux

/// Why a name has no addresses.
package struct ResolutionFailure: Error {
    /// In a few words: `Name or service not known`.
    package let reason: String
    package init(reason: String) { self.reason = reason }
}

extension Configuration {
    /// Finds a name's addresses, each with the given port.
    package typealias Resolver = (_ name: String, _ port: UInt16) throws(ResolutionFailure) -> [SocketAddress]

    /// Asks the system (`getaddrinfo(3)`): hosts file, then DNS, in the order it prefers.
    ///
    /// It may block for seconds.
    package static func resolveBySystem(name: String, port: UInt16) throws(ResolutionFailure) -> [SocketAddress] {
        var wanted = unsafe addrinfo()
        unsafe wanted.ai_family = AF_UNSPEC
        unsafe wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // No IPv6 addresses on a machine without IPv6: they could never be reached.
        unsafe wanted.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(name, nil, &wanted, &first)
        guard code == 0 else {
            // The texts are constants of the library; EAI_SYSTEM means that errno says more.
            let reason =
                code == EAI_SYSTEM
                ? unsafe String(cString: strerror(errno)) : unsafe String(cString: gai_strerror(code))
            throw ResolutionFailure(reason: reason)
        }
        defer { unsafe freeaddrinfo(first) }
        var found: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            defer { unsafe next = entry.pointee.ai_next }
            guard let form = unsafe entry.pointee.ai_addr else { continue }
            // The entry's own length says how much of the address may be read.
            var storage = sockaddr_storage()
            let count = unsafe min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: form, count: count))
            }
            guard let address = SocketAddress(storage)?.with(port: port), !found.contains(address) else { continue }
            found.append(address)
        }
        return found
    }

    /// Looks nothing up: every name stands for an address of documentation (RFC 5737), which is never to be used.
    package static func resolveNothing(name: String, port: UInt16) throws(ResolutionFailure) -> [SocketAddress] {
        [SocketAddress(ipv4: 0xC000_0201, port: port)]
    }

    /// How many cores are online (`sysconf(3)`).
    package static func availableCores() -> Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}

extension SocketAddress {
    fileprivate func with(port: UInt16) -> SocketAddress {
        isIPv6
            ? SocketAddress(ipv6: bits, scope: scope, port: port)
            : SocketAddress(ipv4: UInt32(truncatingIfNeeded: bits), port: port)
    }
}
