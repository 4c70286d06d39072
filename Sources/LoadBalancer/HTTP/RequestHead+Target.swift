extension RequestHead {
    /// Splits `uri-host [":" port]` (RFC 9110, 7.2); a reason when it is not one.
    mutating func readAuthority(_ octets: Span<UInt8>) -> Reason? {
        let end = Int(authority.start + authority.count)
        var position = Int(authority.start)
        // An empty Host is what a client sends for a target without authority (RFC 9112, 3.2).
        guard position < end else {
            host = authority
            return nil
        }
        if octets[position] == 0x5B {
            position += 1
            // Brackets hold an IPv6 address, of which none has fewer than two colons (RFC 3986, 3.2.2).
            var colons = 0
            while position < end,
                octets[position] == Octet.colon || octets[position] == 0x2E
                    || Octet.hexadecimal(octets[position]) != nil
            {
                if octets[position] == Octet.colon { colons += 1 }
                position += 1
            }
            guard position < end, octets[position] == 0x5D, colons >= 2 else { return .host }
            position += 1
        } else {
            while position < end, Octet.isName(octets[position]) { position += 1 }
            guard position > Int(authority.start) else { return .host }
        }
        host = OctetRange(Int(authority.start), position)
        guard position < end else { return nil }
        guard octets[position] == Octet.colon else { return .host }
        let port = OctetRange(position + 1, end)
        if port.isEmpty { return nil }
        guard port.count <= 5, let number = octets.decimal(port), number <= 65535 else { return .host }
        return nil
    }

    /// Tells the target's form apart and finds its path (RFC 9112, 3.2).
    mutating func readTarget(_ octets: Span<UInt8>) -> Reason? {
        let start = Int(target.start)
        let end = start + Int(target.count)
        switch octets[start] {
        case Octet.slash:
            guard method != .connect else { return .connectMethod }
            return setPath(octets, from: start, to: end)
        case 0x2A where target.count == 1:
            guard method == .options else { return .target }
            path = target
            return nil
        default: break
        }
        guard method != .connect else { return .connectMethod }
        // The absolute form; its authority takes the Host field's place (RFC 9112, 3.2.2).
        var position = start
        while position < end, octets[position] != Octet.colon { position += 1 }
        let scheme = OctetRange(start, position)
        guard octets.matches(scheme, "http") || octets.matches(scheme, "https"), position + 3 < end,
            octets[position + 1] == Octet.slash, octets[position + 2] == Octet.slash
        else { return .target }
        let authorityStart = position + 3
        position = authorityStart
        while position < end, octets[position] != Octet.slash, octets[position] != 0x3F { position += 1 }
        authority = OctetRange(authorityStart, position)
        guard !authority.isEmpty else { return .host }
        if let reason = readAuthority(octets) { return reason }
        target = OctetRange(position, end)
        if position == end {
            path = target
            return nil
        }
        return setPath(octets, from: position, to: end)
    }

    private mutating func setPath(_ octets: Span<UInt8>, from start: Int, to end: Int) -> Reason? {
        var position = start
        while position < end, octets[position] != 0x3F { position += 1 }
        path = OctetRange(start, position)
        return nil
    }
}
