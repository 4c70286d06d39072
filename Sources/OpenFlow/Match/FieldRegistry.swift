/// The fields that Open vSwitch knows, in its order.
enum FieldRegistry {
    static let fields: [FieldInformation] = metadata + registers + addresses

    /// Each name that text may use, with its field.
    static let names: [String: Int] = {
        var names: [String: Int] = [:]
        for (index, field) in fields.enumerated() {
            for name in [field.name] + field.aliases { names[name] = index }
            if let name = field.nicira?.name { names[name] = index }
            if let name = field.openFlow?.name { names[name] = index }
        }
        return names
    }()

    /// Each identifier of the wire, with its field.
    static let identifiers: [FieldIdentifier: Int] = {
        var identifiers: [FieldIdentifier: Int] = [:]
        for (index, field) in fields.enumerated() {
            if let nicira = field.nicira { identifiers[nicira.identifier] = index }
            if let openFlow = field.openFlow { identifiers[openFlow.identifier] = index }
        }
        return identifiers
    }()

    /// Registers: 32 bits, two of them as 64, four as 128.
    private static let registers: [FieldInformation] =
        (0..<16).map {
            field(
                "reg\($0)", 32, .hexadecimal, [.maskable, .writable],
                nicira: (.nxm1(UInt8($0)), "NXM_NX_REG\($0)"))
        }
        + (0..<8).map {
            field(
                "xreg\($0)", 64, .hexadecimal, [.maskable, .writable],
                openFlow: (.packetRegister(UInt8($0)), "OXM_OF_PKT_REG\($0)"))
        }
        + (0..<4).map {
            field(
                "xxreg\($0)", 128, .hexadecimal, [.maskable, .writable],
                nicira: (.nxm1(UInt8(111 + $0)), "NXM_NX_XXREG\($0)"))
        }

    /// What may be done with a field.
    struct Rights: OptionSet {
        let rawValue: Int
        static let maskable = Rights(rawValue: 1)
        static let writable = Rights(rawValue: 2)
    }

    /// A row of the registry.
    static func field(
        _ name: String, also aliases: [String] = [], _ bits: Int, octets: Int? = nil, _ format: FieldInformation.Format,
        _ rights: Rights, nicira: (FieldIdentifier, String)? = nil, openFlow: (FieldIdentifier, String)? = nil
    ) -> FieldInformation {
        FieldInformation(
            name: name, aliases: aliases, bits: bits, octets: octets ?? (bits + 7) / 8, format: format,
            isMaskable: rights.contains(.maskable), isWritable: rights.contains(.writable), nicira: nicira,
            openFlow: openFlow)
    }
}
