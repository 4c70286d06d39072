import Wire

extension DHCPv4.Message {
    /// The octets that the message takes if nothing limits it.
    public var size: Int { max(Self.minimumSize, DHCPv4.Header.size + options.size + 1) }

    /// Appends the message, in at most `limit` octets, and returns how many options found no room.
    ///
    /// Options that do not fit behind the cookie go into `file`, then into `sname`, as far as those are free, and the
    /// message says so (RFC 2132, 9.3); the order of the options is kept, and none is put in two places. At least
    /// `size` or `limit` octets must be free, whichever is less. A limit under 300 traps.
    @discardableResult
    public func write(to octets: inout OutputSpan<UInt8>, limit: Int = 65_507) -> Int {
        precondition(limit >= Self.minimumSize, "a message may have 300 octets at least")
        precondition(serverName.count <= DHCPv4.Header.serverName.count, "a server's name has up to 64 octets")
        precondition(bootFile.count <= DHCPv4.Header.bootFile.count, "a boot file's name has up to 128 octets")
        let start = octets.count
        let room = limit - DHCPv4.Header.size - 1
        // The indices at which `file`, `sname` and what is left out begin.
        var (file, name, last) = (options.raw.count, options.raw.count, options.raw.count)
        if options.size > room {
            file = fill(from: 0, room: room - DHCPv4.OptionOverload.framedSize)
            name = bootFile.isEmpty ? fill(from: file, room: DHCPv4.Header.bootFile.count - 1) : file
            last = serverName.isEmpty ? fill(from: name, room: DHCPv4.Header.serverName.count - 1) : name
        }
        header.write(to: &octets)
        let (usesName, usesFile) = (last > name, name > file)
        writeField(name..<last, text: serverName, size: DHCPv4.Header.serverName.count, to: &octets)
        writeField(file..<name, text: bootFile, size: DHCPv4.Header.bootFile.count, to: &octets)
        octets.append(uint32: DHCPv4.Header.magicCookie)
        if usesName || usesFile {
            DHCPv4.OptionOverload(usesBootFile: usesFile, usesServerName: usesName).writeFramed(to: &octets)
        }
        for option in options.raw[..<file] { option.write(to: &octets) }
        octets.append(DHCPv4.OptionCode.end.rawValue)
        while octets.count - start < Self.minimumSize { octets.append(0) }
        return options.raw.count - last
    }

    /// The index of the first option from `index` on that does not fit into `room` octets any more.
    private func fill(from index: Int, room: Int) -> Int {
        var (index, room) = (index, room)
        while index < options.raw.count {
            room -= options.raw[index].framedSize
            guard room >= 0 else { break }
            index += 1
        }
        return index
    }

    /// Appends a field of `size` octets: options, or text.
    private func writeField(_ range: Range<Int>, text: [UInt8], size: Int, to octets: inout OutputSpan<UInt8>) {
        let end = octets.count + size
        if range.isEmpty {
            octets.append(copying: text)
        } else {
            for option in options.raw[range] { option.write(to: &octets) }
            octets.append(DHCPv4.OptionCode.end.rawValue)
        }
        while octets.count < end { octets.append(0) }
    }
}
