import ServiceAPI
import Wire

/// What names and parameters must be before they are kept.
enum RegionCheck {
    /// 1 to 63 small letters, digits and hyphens, and dots where they are allowed; neither begins with either.
    static func isName(_ text: String, dots: Bool = false) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return isSmallOrDigit(first)
            && text.utf8.allSatisfy {
                isSmallOrDigit($0) || $0 == UInt8(ascii: "-") || dots && $0 == UInt8(ascii: ".")
            }
    }

    private static func isSmallOrDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    /// As hvaddrd's: up to 128 of letters, digits and `._:-`.
    static func id(_ text: String, field: String = "id") throws(RegionError) {
        let isGood = text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isGood, (1...128).contains(text.utf8.count) else {
            throw .invalid(field, "an id is 1 to 128 of letters, digits, '.', '_', ':' and '-'")
        }
    }

    static func hypervisor(_ text: String, field: String = "hypervisor") throws(RegionError) {
        guard isName(text, dots: true) else {
            throw .invalid(field, "a hypervisor's name is 1 to 63 of small letters, digits, '.' and '-'")
        }
    }

    /// `unix:/PATH`, or `tcp:ADDRESS:PORT`.
    static func endpoint(_ text: String) throws(RegionError) {
        // A path alone would do for the command line; what is kept has one form.
        guard text.hasPrefix("unix:") || text.hasPrefix("tcp:"), text.utf8.count <= 300 else {
            throw .invalid("endpoint", "write unix:/PATH or tcp:ADDRESS:PORT")
        }
        do throws(HypervisorError) {
            _ = try Endpoint(text)
        } catch {
            throw .invalid("endpoint", error.reason)
        }
    }

    static func port(_ text: String, field: String) throws(RegionError) {
        // Linux's names of interfaces.
        guard (1...15).contains(text.utf8.count), text != ".", text != "..",
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
        else {
            throw .invalid(field, "a port is the name of an interface: 1 to 15 characters without blanks, '/' and ':'")
        }
    }

    /// The hardware address in its one form; nil if it cannot be a droplet's.
    static func hardware(_ text: String) -> MACAddress? {
        guard let address = MACAddress(text), address != .zero, address.rawValue >> 40 & 1 == 0 else { return nil }
        return address
    }
}

extension RegionCheck {
    /// Addresses come from pools alone: so none is a droplet's twice.
    static func freeOfAddresses(_ parameters: Apus_Hvaddr_V1_Parameters) throws(RegionError) {
        let reason = "it comes from the pools: see claims"
        guard parameters.ipv4.address.isEmpty else { throw .invalid("parameters.ipv4.address", reason) }
        guard parameters.ipv4.anchor.isEmpty else { throw .invalid("parameters.ipv4.anchor", reason) }
        guard parameters.ipv6.addresses.isEmpty else { throw .invalid("parameters.ipv6.addresses", reason) }
        guard parameters.ipv6.delegatedPrefixes.isEmpty else {
            throw .invalid("parameters.ipv6.delegated_prefixes", reason)
        }
    }

    /// What hvaddrd would refuse is refused before it is kept.
    static func parameters(_ parameters: Apus_Hvaddr_V1_Parameters) throws(RegionError) {
        do throws(ParameterError) {
            _ = try DropletParameters(reading: parameters)
        } catch {
            throw .invalid(error.field.isEmpty ? "parameters" : "parameters.\(error.field)", error.reason)
        }
    }
}
