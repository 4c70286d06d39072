import Wire

extension DHCPv4 {
    /// A kind of clients: what they send, and what they get.
    ///
    /// Every condition that is given must hold; of a condition's several values one must.
    package struct ClientClass: Sendable {
        package var name: String

        /// Beginnings of the vendor class identifier (option 60).
        package var vendorClasses: [[UInt8]] = []

        /// User classes (option 77), whole; also when they come without lengths, as some boot loaders send them.
        package var userClasses: [[UInt8]] = []

        /// What the client can boot (option 93); the first that it names counts.
        package var architectures: [ProcessorArchitecture] = []

        /// Beginnings of the hardware address.
        package var hardwarePrefixes: [[UInt8]] = []

        /// What the relay agent says (option 82), whole.
        package var circuitIdentifiers: [[UInt8]] = []
        package var remoteIdentifiers: [[UInt8]] = []

        package var options: [RawOption] = []
        package var boot: Boot?
        package var times: LeaseTimes?

        package init(name: String) {
            self.name = name
        }

        /// Whether a message is from such a client; `relay` is the relay agent's information, if it is believed.
        func matches(_ view: borrowing MessageView, relay: RelayAgentInformation?) -> Bool {
            if !hardwarePrefixes.isEmpty {
                let octets = view.header.hardwareAddress.octets
                guard hardwarePrefixes.contains(where: { octets.starts(with: $0) }) else { return false }
            }
            if !vendorClasses.isEmpty {
                guard view.matches(.vendorClassIdentifier, vendorClasses, whole: false) else { return false }
            }
            if !userClasses.isEmpty {
                let isListed = (try? view.read(UserClass.self))?.classes.contains { userClasses.contains($0) }
                guard isListed == true || view.matches(.userClass, userClasses, whole: true) else { return false }
            }
            if !architectures.isEmpty {
                guard let first = (try? view.read(ClientArchitecture.self))?.architectures.first,
                    architectures.contains(first)
                else { return false }
            }
            if !circuitIdentifiers.isEmpty {
                guard let circuit = relay?.circuitIdentifier, circuitIdentifiers.contains(circuit) else { return false }
            }
            if !remoteIdentifiers.isEmpty {
                guard let remote = relay?.remoteIdentifier, remoteIdentifiers.contains(remote) else { return false }
            }
            return true
        }
    }
}

extension DHCPv4.MessageView {
    /// Whether the option's value is, or begins with, one of `values`.
    fileprivate func matches(_ code: DHCPv4.OptionCode, _ values: [[UInt8]], whole: Bool) -> Bool {
        let found = try? withValue(of: code) { (value) throws(WireError) -> Bool in
            values.contains { wanted in
                guard value.byteCount >= wanted.count, !whole || value.byteCount == wanted.count else { return false }
                return value.extracting(first: wanted.count).isEqual(to: wanted.span.octets)
            }
        }
        return found == true
    }
}
