import DHCP
import Wire

/// Reservations made while the server runs: they are kept with the leases, and count as if the file had them.
extension ServerLoop {
    /// Keeps an address for a client: why not, or nil.
    func reserve(_ address: LeaseAddress, for client: String) -> ServerControl.Refusal? {
        guard address.family != .prefix else {
            return .invalid(field: "address", reason: "prefixes are reserved in the file")
        }
        let reservation = StoredReservation(address: "\(address)", client: client)
        let isKnown =
            address.family == .v4 ? Self.match4(client) != nil : Self.match6(client) != nil
        guard isKnown else {
            return .invalid(
                field: "client",
                reason: "'\(client)' is neither a hardware address nor 'id:' or 'duid:' with hexadecimal digits")
        }
        var trial = configuration
        guard Self.add(reservation, to: &trial) else {
            return .impossible("\(address) is in no subnet, or reserved already")
        }
        settle()
        do throws(LeaseStoreError) {
            try store.keep(reservation)
        } catch {
            return .unwritten("it could not be written: \(error.reason)")
        }
        reserved.removeAll { $0.address == reservation.address }
        reserved.append(reservation)
        adopt(trial)
        return nil
    }

    /// Gives up a reservation that was made by hand: why not, or nil.
    func unreserve(_ address: LeaseAddress) -> ServerControl.Refusal? {
        guard reserved.contains(where: { $0.address == "\(address)" }) else {
            return .unknown("\(address) was not reserved by hand")
        }
        settle()
        do throws(LeaseStoreError) {
            try store.forgetReservation(of: "\(address)")
        } catch {
            return .unwritten("it could not be written: \(error.reason)")
        }
        reserved.removeAll { $0.address == "\(address)" }
        var plain = written
        for reservation in reserved { _ = Self.add(reservation, to: &plain) }
        adopt(plain)
        return nil
    }

    /// The file's configuration with what was reserved by hand.
    static func merged(_ configuration: ServerConfiguration, _ reserved: [StoredReservation]) -> ServerConfiguration {
        var merged = configuration
        for reservation in reserved { _ = add(reservation, to: &merged) }
        return merged
    }

    private func adopt(_ new: ServerConfiguration) {
        configuration = new
        var (v4, v6) = (new.v4, new.v6)
        for index in v4.networks.indices where v4.networks[index].serverIdentifier == nil {
            v4.networks[index].serverIdentifier = conduct.configuration.networks[index].serverIdentifier
        }
        v6.serverIdentifier = conduct6.configuration.serverIdentifier
        conduct.reconfigure(v4, at: clock.now)
        conduct6.reconfigure(v6, at: clock.now)
    }

    /// Adds a reservation to the subnet that it belongs to; false if there is none, or the file has the address already.
    private static func add(_ reservation: StoredReservation, to configuration: inout ServerConfiguration) -> Bool {
        if let address = IPv4Address(reservation.address), let match = match4(reservation.client) {
            for network in configuration.v4.networks.indices {
                for subnet in configuration.v4.networks[network].subnets.indices
                where configuration.v4.networks[network].subnets[subnet].prefix.contains(address) {
                    let others = configuration.v4.networks[network].subnets[subnet].reservations
                    guard !others.contains(where: { $0.address == address || $0.match == match }) else { return false }
                    configuration.v4.networks[network].subnets[subnet].reservations.append(
                        DHCPv4.Reservation(match: match, address: address))
                    return true
                }
            }
        }
        if let address = IPv6Address(reservation.address), let match = match6(reservation.client) {
            for network in configuration.v6.networks.indices {
                for subnet in configuration.v6.networks[network].subnets.indices
                where configuration.v6.networks[network].subnets[subnet].prefix.contains(address) {
                    let others = configuration.v6.networks[network].subnets[subnet].reservations
                    guard !others.contains(where: { $0.address == address || $0.match == match }) else { return false }
                    configuration.v6.networks[network].subnets[subnet].reservations.append(
                        DHCPv6.Reservation(match: match, address: address))
                    return true
                }
            }
        }
        return false
    }

    private static func match4(_ text: String) -> DHCPv4.Reservation.Match? {
        if let address = MACAddress(text) { return .hardwareAddress(DHCPv4.HardwareAddress(address)) }
        if text.hasPrefix("id:") {
            guard let octets = ConfigurationForms.hexadecimal(String(text.dropFirst(3))),
                (2...255).contains(octets.count)
            else { return nil }
            return .clientIdentifier(octets)
        }
        return duid(text).map { .duid($0) }
    }

    private static func match6(_ text: String) -> DHCPv6.Reservation.Match? {
        if let address = MACAddress(text) { return .hardwareAddress(address) }
        return duid(text).map { .duid($0) }
    }

    private static func duid(_ text: String) -> DUID? {
        guard text.hasPrefix("duid:") else { return nil }
        return ConfigurationForms.hexadecimal(String(text.dropFirst(5))).flatMap { DUID(octets: $0) }
    }
}
