import FoundationEssentials
import Glibc
import Link
import PortScanner
import Wire

/// Whom a command line means.
struct ScanTargets {
    var set: TargetSet
    /// The name that an address was asked for by.
    var names: [TargetAddress: String] = [:]
    /// Names that no address was found for.
    var unknown: [String] = []

    /// Reads the words and files of a command, looks names up, and leaves out what is excluded.
    static func read(_ command: ScanCommand) throws -> ScanTargets {
        var targets = ScanTargets(set: TargetSet())
        var builder = TargetSetBuilder()
        var words = try specifications { () throws(SpecificationError) in
            try TargetList.read(words: command.targets, zone: zone)
        }
        if let file = command.targetFile { words += try list(file) }
        guard !words.isEmpty else { throw Failure(.usage, "name targets to scan, or a file of them with -iL") }
        for word in words {
            guard let name = word.name else {
                word.include(in: &builder)
                continue
            }
            let addresses = lookUp(name, isIPv6: command.isIPv6)
            guard let first = addresses.first else {
                targets.unknown.append(name)
                continue
            }
            targets.names[first] = name
            word.include(in: &builder, addresses: [first])
        }
        var holes: [TargetSpecification] = []
        if let exclude = command.exclude {
            holes += try specifications { () throws(SpecificationError) in
                try TargetList.read(words: exclude.split(separator: ",").map(String.init), zone: zone)
            }
        }
        if let file = command.excludeFile { holes += try list(file) }
        for hole in holes {
            hole.exclude(from: &builder, addresses: hole.name.map { lookUp($0, isIPv6: command.isIPv6) } ?? [])
        }
        targets.set = builder.finish()
        if !command.allowSpecial { try check(targets.set) }
        return targets
    }

    /// Refuses what is hardly meant.
    private static func check(_ set: TargetSet) throws(Failure) {
        let safety = TargetSafety(set)
        if let address = safety.special {
            throw Failure(.usage, "\(address) is no host's address; --allow-special scans it all the same")
        }
        if safety.publicCount > TargetSafety.publicLimit {
            throw Failure(
                .usage,
                "\(safety.publicCount) addresses of the Internet are more than a /8; --allow-special scans them all the same"
            )
        }
    }

    private static func list(_ path: String) throws -> [TargetSpecification] {
        let text: String
        if path == "-" {
            var octets: [UInt8] = []
            while let line = readLine(strippingNewline: false), octets.count < TargetList.maximumSize {
                octets += Array(line.utf8)
            }
            text = String(decoding: octets, as: UTF8.self)
        } else {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Failure(.noInput, "cannot read \(path)")
            }
            guard data.count <= TargetList.maximumSize else {
                throw Failure(.noInput, "\(path) is too long for a list")
            }
            text = String(decoding: data, as: UTF8.self)
        }
        return try specifications { () throws(SpecificationError) in
            try TargetList.read(text: text, name: path, zone: zone)
        }
    }

    private static func specifications(
        _ body: () throws(SpecificationError) -> [TargetSpecification]
    ) throws(Failure) -> [TargetSpecification] {
        do throws(SpecificationError) { return try body() } catch { throw Failure(.usage, "\(error)") }
    }

    /// The index of the interface that a zone names.
    private static func zone(_ name: String) -> UInt32? {
        if let number = UInt32(name) { return number }
        let index = unsafe if_nametoindex(name)
        return index == 0 ? nil : index
    }

    /// The addresses of a name, as the system knows them.
    private static func lookUp(_ name: String, isIPv6: Bool) -> [TargetAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = isIPv6 ? AF_INET6 : AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var found: [TargetAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: 1025)
            let length = unsafe entry.pointee.ai_addrlen
            if unsafe getnameinfo(entry.pointee.ai_addr, length, &text, 1025, nil, 0, NI_NUMERICHOST) == 0 {
                let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let parts = host.split(separator: "%", maxSplits: 1).map(String.init)
                if let address = IPv4Address(host) {
                    found.append(.ipv4(address))
                } else if let address = IPv6Address(parts[0]) {
                    found.append(.ipv6(address, zone: parts.count > 1 ? zone(parts[1]) ?? 0 : 0))
                }
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }
}
