import DHCP
import Settings
import Wire

extension ConfigurationCheck {
    mutating func subnet(
        _ draft: ConfigurationDraft.Subnet, _ prefix: IPv4Prefix, _ matches: inout [DHCPv4.Reservation.Match: Place]
    ) -> DHCPv4.Subnet {
        var result = DHCPv4.Subnet(prefix: prefix)
        result.options = options(draft.options)
        if !result.options.contains(where: { $0.code == .subnetMask }) {
            let mask = prefix.mask
            result.options.insert(
                DHCPv4.RawOption(code: .subnetMask, value: [UInt8](capacity: 4) { mask.write(to: &$0) }), at: 0)
        }
        if let lease = draft.lease { result.times = times(lease.value, at: lease.place) }
        result.boot = draft.boot
        result.allowsRapidCommit = draft.allowsRapidCommit
        result.probeTime = Int(draft.probe / .milliseconds(1))
        result.pools = pools(draft.pools, in: prefix)
        var addresses: [IPv4Address: Place] = [:]
        for named in draft.reservations {
            guard let value = named.value, let match = match(named, value) else { continue }
            if let first = matches[match] {
                reader.report(
                    .conflict, "the client of reservation '\(named.name.value)' has another on this network",
                    at: named.name.place, notes: [("it is here", first)])
                continue
            }
            matches[match] = named.name.place
            var reservation = DHCPv4.Reservation(match: match, address: value.address?.value)
            if let address = value.address {
                check(address, in: prefix)
                if let first = addresses[address.value] {
                    reader.report(
                        .conflict, "\(address.value) is reserved already", at: address.place,
                        notes: [("it is here", first)])
                }
                addresses[address.value] = address.place
            }
            reservation.hostName = value.hostName.isEmpty ? Self.hostName(named.name.value) : value.hostName
            reservation.options = options(value.options)
            reservation.boot = value.boot
            result.reservations.append(reservation)
        }
        return result
    }

    /// A reservation's own name, as far as it can be a host's.
    private static func hostName(_ name: String) -> String {
        DHCPv4.hostName(Array(name.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }).span.octets)
    }

    private mutating func match(
        _ named: Named<ConfigurationDraft.Reservation>, _ draft: ConfigurationDraft.Reservation
    ) -> DHCPv4.Reservation.Match? {
        let matches: [DHCPv4.Reservation.Match] = [
            draft.hardware.map { .hardwareAddress(DHCPv4.HardwareAddress($0)) },
            draft.clientIdentifier.map { .clientIdentifier($0) },
            draft.duid.map { .duid($0) },
            draft.circuitIdentifier.map { .circuitIdentifier($0) },
            draft.remoteIdentifier.map { .remoteIdentifier($0) },
        ].compactMap { $0 }
        if matches.count != 1, named.isSound {
            reader.report(
                matches.isEmpty ? .missingKey : .conflict,
                "reservation '\(named.name.value)' needs exactly one of hardware, client_id, duid, circuit_id and"
                    + " remote_id", at: named.name.place)
        }
        return matches.count == 1 ? matches[0] : nil
    }

    private mutating func check(_ address: Placed<IPv4Address>, in prefix: IPv4Prefix) {
        if !prefix.contains(address.value) {
            reader.report(.outOfRange, "\(address.value) is not in subnet \(prefix)", at: address.place)
        } else if let broadcast = prefix.broadcast, address.value == broadcast || address.value == prefix.address {
            reader.report(.outOfRange, "\(address.value) is no host's address in \(prefix)", at: address.place)
        }
    }

    private mutating func pools(_ drafts: [Placed<ConfigurationDraft.Pool>], in prefix: IPv4Prefix) -> [DHCPv4.Pool] {
        var result: [DHCPv4.Pool] = []
        for placed in drafts {
            guard let range = placed.value.range else { continue }
            guard prefix.contains(range.first), prefix.contains(range.last) else {
                reader.report(
                    .outOfRange, "pool \(range.first)-\(range.last) is not in subnet \(prefix)", at: placed.place)
                continue
            }
            if result.contains(where: { $0.first <= range.last && range.first <= $0.last }) {
                reader.report(.conflict, "pool \(range.first)-\(range.last) overlaps with another", at: placed.place)
                continue
            }
            var (first, last) = (range.first.rawValue, range.last.rawValue)
            // A whole subnet as a pool is meant without the two addresses that no host can have.
            if let broadcast = prefix.broadcast {
                if first == prefix.address.rawValue { first += 1 }
                if last == broadcast.rawValue { last -= 1 }
            }
            guard first <= last else { continue }
            var pool = DHCPv4.Pool(first: IPv4Address(rawValue: first), last: IPv4Address(rawValue: last))
            pool.order = placed.value.order
            for name in placed.value.classes {
                guard let index = reader.resolve(name, to: "class", among: draft.classes.map(\.name.value)) else {
                    continue
                }
                pool.classes |= 1 << UInt64(index)
            }
            result.append(pool)
        }
        return result
    }

    mutating func times(_ draft: ConfigurationDraft.Times, at place: Place) -> DHCPv4.LeaseTimes {
        var times = DHCPv4.LeaseTimes()
        times.calm = UInt32(draft.calm)
        times.standard = draft.isInfinite ? .max : Self.seconds(draft.standard)
        times.minimum = draft.minimum.map(Self.seconds) ?? min(60, times.standard)
        times.maximum = draft.maximum.map(Self.seconds) ?? max(86400, times.standard)
        times.renewal = draft.renew.map(Self.seconds)
        times.rebinding = draft.rebind.map(Self.seconds)
        if times.minimum > times.standard || times.standard > times.maximum {
            reader.report(.conflict, "a lease's 'time' must lie between 'min' and 'max'", at: place)
        }
        if let renew = times.renewal, renew >= times.rebinding ?? times.standard {
            reader.report(.conflict, "'renew' comes before 'rebind', and both before a lease ends", at: place)
        }
        if let rebind = times.rebinding, rebind >= times.standard {
            reader.report(.conflict, "'rebind' comes before a lease ends", at: place)
        }
        return times
    }
}
