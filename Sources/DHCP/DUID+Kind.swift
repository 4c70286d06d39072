import Wire

extension DUID {
    /// What a DUID was made of (RFC 8415, 11.2 to 11.5).
    public enum Kind: Equatable, Hashable, Sendable {
        /// A link-layer address, and the seconds since 2000 when it was made, modulo 2^32 (DUID-LLT).
        case linkLayerTime(hardwareType: UInt16, time: UInt32, address: [UInt8])
        /// A vendor's own (DUID-EN).
        case enterprise(number: UInt32, identifier: [UInt8])
        /// A link-layer address (DUID-LL).
        case linkLayer(hardwareType: UInt16, address: [UInt8])
        /// A UUID (DUID-UUID; RFC 6355).
        case uuid(UInt128)
        /// Something else, or one too short for its type.
        case other(type: UInt16)
    }

    /// Makes a DUID; nil if it would have more than 130 octets, or is `other`.
    public init?(_ kind: Kind) {
        let octets: [UInt8]
        switch kind {
        case .linkLayerTime(let hardwareType, let time, let address):
            octets = [UInt8](capacity: 8 + address.count) {
                $0.append(uint16: 1)
                $0.append(uint16: hardwareType)
                $0.append(uint32: time)
                $0.append(copying: address)
            }
        case .enterprise(let number, let identifier):
            octets = [UInt8](capacity: 6 + identifier.count) {
                $0.append(uint16: 2)
                $0.append(uint32: number)
                $0.append(copying: identifier)
            }
        case .linkLayer(let hardwareType, let address):
            octets = [UInt8](capacity: 4 + address.count) {
                $0.append(uint16: 3)
                $0.append(uint16: hardwareType)
                $0.append(copying: address)
            }
        case .uuid(let value):
            octets = [UInt8](capacity: 18) {
                $0.append(uint16: 4)
                $0.append(uint128: value)
            }
        case .other: return nil
        }
        self.init(octets: octets)
    }

    /// What the DUID was made of, as far as its octets tell.
    public var kind: Kind {
        let octets = self.octets.span.octets
        let type = octets.uint16(at: 0)
        func tail(from offset: Int) -> [UInt8] { Array(self.octets[offset...]) }
        switch type {
        case 1 where size >= 8:
            return .linkLayerTime(
                hardwareType: octets.uint16(at: 2), time: octets.uint32(at: 4), address: tail(from: 8))
        case 2 where size >= 6: return .enterprise(number: octets.uint32(at: 2), identifier: tail(from: 6))
        case 3 where size >= 4: return .linkLayer(hardwareType: octets.uint16(at: 2), address: tail(from: 4))
        case 4 where size == 18: return .uuid(octets.uint128(at: 2))
        default: return .other(type: type)
        }
    }
}
