import DHCP
import Settings
import Wire

extension ConfigurationCheck {
    mutating func subnet6(
        _ draft: ConfigurationDraft6.Subnet, _ prefix: IPv6Prefix,
        _ matches: inout [DHCPv6.Reservation.Match: Place], _ delegated: inout [(prefix: IPv6Prefix, place: Place)]
    ) -> DHCPv6.Subnet {
        var result = DHCPv6.Subnet(prefix: prefix)
        result.options = options6(draft.options)
        if let lease = draft.lease { result.times = times6(lease.value, at: lease.place) }
        result.probeTime = Int(draft.probe / .milliseconds(1))
        result.pools = pools6(draft.pools, in: prefix)
        for placed in draft.prefixPools {
            guard let pool = prefixPool(placed) else { continue }
            if let other = delegated.first(where: { $0.prefix.overlaps(pool.prefix) }) {
                reader.report(
                    .conflict, "prefix pool \(pool.prefix) overlaps with \(other.prefix)", at: placed.place,
                    notes: [("that one is here", other.place)])
                continue
            }
            delegated.append((pool.prefix, placed.place))
            result.prefixPools.append(pool)
        }
        reserve6(draft.reservations, in: &result, &matches)
        return result
    }

    private mutating func pools6(
        _ drafts: [Placed<ConfigurationDraft6.Pool>], in prefix: IPv6Prefix
    ) -> [DHCPv6.Pool] {
        var result: [DHCPv6.Pool] = []
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
            var pool = DHCPv6.Pool(first: range.first, last: range.last)
            pool.classes = classes6(placed.value.classes)
            result.append(pool)
        }
        return result
    }

    private mutating func prefixPool(_ placed: Placed<ConfigurationDraft6.PrefixPool>) -> DHCPv6.PrefixPool? {
        guard let prefix = placed.value.prefix else { return nil }
        let length = placed.value.length
        guard length >= prefix.length, length - prefix.length < 64 else {
            reader.report(
                .outOfRange, "'length' is \(prefix.length) to \(min(128, prefix.length + 63)) for parts of \(prefix)",
                at: placed.place)
            return nil
        }
        if let excluded = placed.value.excluded, excluded <= length {
            reader.report(.outOfRange, "'exclude' is longer than 'length', which is \(length)", at: placed.place)
            return nil
        }
        var pool = DHCPv6.PrefixPool(prefix: prefix, delegatedLength: length)
        pool.excludedLength = placed.value.excluded
        pool.classes = classes6(placed.value.classes)
        return pool
    }

    private mutating func classes6(_ names: [Placed<String>]) -> UInt64 {
        var classes: UInt64 = 0
        for name in names {
            if let index = reader.resolve(name, to: "class", among: draft.classes.map(\.name.value)) {
                classes |= 1 << UInt64(index)
            }
        }
        return classes
    }

    private mutating func reserve6(
        _ drafts: [Named<ConfigurationDraft6.Reservation>], in subnet: inout DHCPv6.Subnet,
        _ matches: inout [DHCPv6.Reservation.Match: Place]
    ) {
        var seen: [LeaseAddress: Place] = [:]
        for named in drafts {
            guard let value = named.value, let match = match6(named, value) else { continue }
            if let first = matches[match] {
                reader.report(
                    .conflict, "the client of reservation '\(named.name.value)' has another on this network",
                    at: named.name.place, notes: [("it is here", first)])
                continue
            }
            matches[match] = named.name.place
            var reservation = DHCPv6.Reservation(
                match: match, address: value.address?.value, prefix: value.prefix?.value)
            if let address = value.address, !subnet.prefix.contains(address.value) {
                reader.report(
                    .outOfRange, "\(address.value) is not in subnet \(subnet.prefix)", at: address.place)
            }
            if let prefix = value.prefix { check(prefix, against: subnet) }
            let claims =
                [value.address.map { (LeaseAddress($0.value), $0.place) }]
                + [value.prefix.map { (LeaseAddress($0.value), $0.place) }]
            for case let (address, place)? in claims {
                if let first = seen[address] {
                    reader.report(
                        .conflict, "\(address) is reserved already", at: place, notes: [("it is here", first)])
                }
                seen[address] = place
            }
            reservation.hostName = value.hostName.isEmpty ? named.name.value.lowercased() : value.hostName
            reservation.options = options6(value.options)
            subnet.reservations.append(reservation)
        }
    }

    /// A prefix that is reserved inside of a pool is one of its parts, so that nothing of it is delegated to others.
    private mutating func check(_ prefix: Placed<IPv6Prefix>, against subnet: DHCPv6.Subnet) {
        for pool in subnet.prefixPools where pool.prefix.overlaps(prefix.value) {
            guard pool.prefix.contains(prefix.value), prefix.value.length == pool.delegatedLength else {
                reader.report(
                    .conflict,
                    "\(prefix.value) overlaps with the pool \(pool.prefix), whose parts have \(pool.delegatedLength) bits",
                    at: prefix.place)
                return
            }
        }
    }

    private mutating func match6(
        _ named: Named<ConfigurationDraft6.Reservation>, _ draft: ConfigurationDraft6.Reservation
    ) -> DHCPv6.Reservation.Match? {
        let matches: [DHCPv6.Reservation.Match] = [
            draft.duid.map { .duid($0) },
            draft.hardware.map { .hardwareAddress($0) },
            draft.interfaceIdentifier.map { .interfaceIdentifier($0) },
            draft.remoteIdentifier.map { .remoteIdentifier($0) },
            draft.subscriberIdentifier.map { .subscriberIdentifier($0) },
        ].compactMap { $0 }
        if matches.count != 1, named.isSound {
            reader.report(
                matches.isEmpty ? .missingKey : .conflict,
                "reservation '\(named.name.value)' needs exactly one of duid, hardware, interface_id, remote_id and"
                    + " subscriber_id", at: named.name.place)
        }
        return matches.count == 1 ? matches[0] : nil
    }

    private mutating func times6(_ draft: ConfigurationDraft6.Times, at place: Place) -> DHCPv6.LeaseTimes {
        var times = DHCPv6.LeaseTimes()
        times.calm = UInt32(draft.calm)
        times.valid = draft.isInfinite ? .max : Self.seconds(draft.valid)
        times.preferred = draft.preferred.map(Self.seconds) ?? (draft.isInfinite ? .max : times.valid / 4 * 3)
        times.renewal = draft.renew.map(Self.seconds)
        times.rebinding = draft.rebind.map(Self.seconds)
        if times.preferred > times.valid {
            reader.report(.conflict, "'preferred' is not longer than 'valid'", at: place)
        }
        if let renew = times.renewal, renew >= times.rebinding ?? times.preferred {
            reader.report(.conflict, "'renew' comes before 'rebind', and both before 'preferred' ends", at: place)
        }
        if let rebind = times.rebinding, rebind >= times.preferred {
            reader.report(.conflict, "'rebind' comes before 'preferred' ends", at: place)
        }
        return times
    }
}
