import Wire

/// Who has which port, hardware address, address and prefix: each belongs to one droplet of a hypervisor.
struct DropletClaims: Sendable {
    private var ports: [String: String] = [:]
    private var hardware: [MACAddress: String] = [:]
    private var addresses4: [IPv4Address: String] = [:]
    private var addresses6: [IPv6Address: String] = [:]
    private var prefixes: [IPv6Prefix: String] = [:]

    mutating func add(_ record: DropletRecord) { change(record, to: record.identifier) }
    mutating func remove(_ record: DropletRecord) { change(record, to: nil) }

    private mutating func change(_ record: DropletRecord, to owner: String?) {
        let parameters = record.parameters
        func put<Key: Hashable>(_ key: Key, _ table: inout [Key: String]) {
            if owner != nil || table[key] == record.identifier { table[key] = owner }
        }
        put(parameters.port, &ports)
        put(parameters.hardwareAddress, &hardware)
        for address in parameters.addresses4 { put(address, &addresses4) }
        for address in parameters.addresses6 { put(address, &addresses6) }
        for prefix in parameters.prefixes6 { put(prefix, &prefixes) }
    }

    /// What of these parameters another droplet has; nil if nothing.
    func problem(_ parameters: DropletParameters, of identifier: String) -> ParameterError? {
        func taken<Key: Hashable>(_ key: Key, _ table: [Key: String], _ field: String) -> ParameterError? {
            guard let owner = table[key], owner != identifier else { return nil }
            return ParameterError("parameters.\(field)", "droplet \(owner) has \(key)")
        }
        if let problem = taken(parameters.port, ports, "port") { return problem }
        if let problem = taken(parameters.hardwareAddress, hardware, "mac") { return problem }
        for address in parameters.addresses4 {
            let isAnchor = address == parameters.ipv4?.anchor
            if let problem = taken(address, addresses4, isAnchor ? "ipv4.anchor" : "ipv4.address") { return problem }
        }
        for (index, address) in parameters.addresses6.enumerated() {
            let field = "ipv6.addresses[\(index)]"
            if let problem = taken(address, addresses6, field) { return problem }
            if let (whole, owner) = owner(ofWhole: IPv6Prefix(containing: address, length: 128), but: identifier) {
                return ParameterError("parameters.\(field)", "droplet \(owner) has \(whole)")
            }
        }
        for prefix in parameters.prefixes6 {
            let isDelegated = parameters.ipv6?.delegated.contains(prefix) ?? false
            let field = isDelegated ? "parameters.ipv6.delegated_prefixes" : "parameters.ipv6.addresses"
            if let (whole, owner) = owner(ofWhole: prefix, but: identifier) {
                return ParameterError(
                    field, "droplet \(owner) has \(whole), and \(prefix) is to be one droplet's alone")
            }
            if let (part, owner) = prefixes.first(where: { prefix.contains($0.key) && $0.value != identifier }) {
                return ParameterError(field, "droplet \(owner) has \(part), and \(prefix) is to be one droplet's alone")
            }
            if let (part, owner) = addresses6.first(where: { prefix.contains($0.key) && $0.value != identifier }) {
                return ParameterError(field, "droplet \(owner) has \(part), and \(prefix) is to be one droplet's alone")
            }
        }
        return nil
    }

    /// Who else has a prefix that `part` is in, or is.
    private func owner(ofWhole part: IPv6Prefix, but identifier: String) -> (IPv6Prefix, String)? {
        guard !prefixes.isEmpty else { return nil }
        // No such prefix has under 16 bits; addresses are 128, of which a part that is claimed has 64 at most.
        for length in 16...min(part.length, 128) {
            let whole = IPv6Prefix(containing: part.address, length: length)
            if let owner = prefixes[whole], owner != identifier { return (whole, owner) }
        }
        return nil
    }
}
