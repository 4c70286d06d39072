import Linux
import SystemPackage
import Wire

/// Asks a name server for the names of addresses, many at a time.
struct ReverseLookup {
    /// Questions under way at a time, tries of each, and nanoseconds that a try is waited for.
    private static let (concurrency, tries, timeout) = (64, 2, UInt64(1_000_000_000))
    /// Names of one address that are kept.
    private static let nameLimit = 8

    private struct Pending {
        var index: Int
        var attempt: Int
        var due: UInt64
    }

    /// Puts in the names of the hosts that are up; a server that does not answer leaves them without.
    static func fill(_ results: inout [HostResult], server: String?, control: ScanControl) {
        guard let address = self.server(server),
            let descriptor = try? Socket.internet(isIPv6: address.isIPv6, protocol: 17, isRaw: false)
        else { return }
        defer { Socket.close(descriptor) }
        guard Socket.connect(descriptor, to: address).failure == nil, let wake = try? EventDescriptor() else { return }
        control.update { $0.phase = "names" }
        var waiting = results.indices.filter { results[$0].status == .up }.map { (index: $0, attempt: 0) }[...]
        var pending: [UInt16: Pending] = [:]
        var (silent, answered) = (0, false)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { unsafe memory.deallocate() }
        while !waiting.isEmpty || !pending.isEmpty, !control.isStopped {
            let now = Clock.monotonic
            while pending.count < concurrency, let next = waiting.popFirst() {
                var identifier: UInt16
                repeat { identifier = .random(in: 0 ... .max) } while pending[identifier] != nil
                pending[identifier] = Pending(index: next.index, attempt: next.attempt, due: now + timeout)
                ask(results[next.index].address, identifier, descriptor)
            }
            // The memory is this function's, and is read only while it stands.
            while let count = unsafe Socket.receive(descriptor, into: memory).count {
                let octets = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory.prefix(count)))
                guard let (identifier, names) = read(octets, pending, results) else { continue }
                answered = true
                if let entry = pending.removeValue(forKey: identifier) { results[entry.index].reverseNames = names }
            }
            for (identifier, entry) in pending where entry.due <= now {
                pending[identifier] = nil
                if entry.attempt + 1 < tries {
                    waiting.append((entry.index, entry.attempt + 1))
                } else {
                    silent += 1
                }
            }
            // A server that says nothing is not asked thousands of times.
            if !answered, silent >= concurrency { return }
            _ = Socket.wait(for: descriptor, or: wake.descriptor, nanoseconds: 10_000_000)
        }
    }

    private static func ask(_ address: TargetAddress, _ identifier: UInt16, _ descriptor: Int32) {
        let message = DNSMessage(query: DNSQuestion(name(of: address), .pointer), identifier: identifier)
        let octets = [UInt8](capacity: message.size) { message.write(to: &$0) }
        _ = unsafe octets.withUnsafeBytes { unsafe Socket.send(descriptor, $0) }
    }

    /// An answer to a question that was asked: its names, which may be none.
    private static func read(
        _ octets: RawSpan, _ pending: [UInt16: Pending], _ results: [HostResult]
    ) -> (UInt16, [String])? {
        var octets = octets
        guard let message = try? DNSMessage(reading: &octets), message.header.flags.contains(.response),
            let entry = pending[message.header.identifier], let question = message.questions.first,
            question.type == .pointer, question.name == name(of: results[entry.index].address)
        else { return nil }
        var names: [String] = []
        for record in message.answers.prefix(64) where names.count < nameLimit {
            guard case .pointer(let name) = record.data else { continue }
            var text = "\(name)"
            if text.hasSuffix("."), text.count > 1 { text.removeLast() }
            names.append(text)
        }
        return (message.header.identifier, names)
    }

    private static func name(of address: TargetAddress) -> DomainName {
        switch address {
        case .ipv4(let address): DomainName(reverse: address)
        case .ipv6(let address, _): DomainName(reverse: address)
        }
    }

    /// The server that the user named, or the system's first (`resolv.conf(5)`).
    private static func server(_ text: String?) -> SocketAddress? {
        if let text { return SocketAddress(text) ?? SocketAddress(host: text, port: 53) }
        guard let file = try? FileDescriptor.open(FilePath("/etc/resolv.conf"), .readOnly) else { return nil }
        defer { try? file.close() }
        var octets = [UInt8](repeating: 0, count: 1 << 16)
        guard let count = unsafe try? octets.withUnsafeMutableBytes({ unsafe try file.read(into: $0) }) else {
            return nil
        }
        let content = String(decoding: octets[..<count], as: UTF8.self)
        for line in content.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver" else { continue }
            if let address = SocketAddress(host: String(words[1]), port: 53) { return address }
        }
        return nil
    }
}
