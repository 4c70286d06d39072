import Wire

extension DHCPv6 {
    /// A kind of clients: what they send, and what they get.
    ///
    /// Every condition that is given must hold; of a condition's several values one must.
    package struct ClientClass: Sendable {
        package var name: String

        /// What the client can boot (option 61); the first that it names counts.
        package var architectures: [ProcessorArchitecture] = []

        /// User classes (option 15), whole.
        package var userClasses: [[UInt8]] = []

        /// Beginnings of vendor classes (option 16), of whatever enterprise.
        package var vendorClasses: [[UInt8]] = []

        /// Beginnings of the hardware address, as far as it is known.
        package var hardwarePrefixes: [[UInt8]] = []

        /// Whether it has a condition that only DHCPv4 has, so that no client of DHCPv6 is of it.
        package var isForIPv4 = false

        package var options: [RawOption] = []

        package init(name: String) {
            self.name = name
        }

        /// Whether a message is from such a client; an option that is malformed is as good as none.
        func matches(_ options: borrowing OptionsView, hardwareAddress: MACAddress?) -> Bool {
            guard !isForIPv4 else { return false }
            if !hardwarePrefixes.isEmpty {
                guard let hardwareAddress else { return false }
                let octets = [UInt8](capacity: MACAddress.size) { hardwareAddress.write(to: &$0) }
                guard hardwarePrefixes.contains(where: { octets.starts(with: $0) }) else { return false }
            }
            if !architectures.isEmpty {
                guard let first = (try? options.read(ClientArchitecture.self))?.architectures.first,
                    architectures.contains(first)
                else { return false }
            }
            if !userClasses.isEmpty {
                guard let sent = (try? options.read(UserClass.self))?.classes,
                    sent.contains(where: { userClasses.contains($0) })
                else { return false }
            }
            if !vendorClasses.isEmpty {
                guard let sent = try? options.readAll(VendorClass.self).flatMap(\.classes) else { return false }
                guard sent.contains(where: { item in vendorClasses.contains { item.starts(with: $0) } }) else {
                    return false
                }
            }
            return true
        }
    }
}
