import Link
import Settings
import Wire

/// A frame's layers from the link up, as far as its octets make sense.
struct DecodedFrame {
    private(set) var layers: [DecodedLayer] = []
    /// Why a layer was refused, and where it begins in the frame.
    private(set) var error: String?
    private(set) var errorOffset = 0
    /// How many octets the packet has more than were captured, by its own account.
    private(set) var missing = 0

    init(_ frame: CapturedFrame, linkType: LinkType, isChecksumOpen: Bool) {
        let octets = frame.octets.span.octets
        guard let (base, start) = Self.start(of: octets, linkType) else {
            layers = [
                DecodedLayer(
                    .payload, "link \(linkType.rawValue)", octets.byteCount.counted("octet"),
                    fields: [("length", .integer(octets.byteCount))])
            ]
            return
        }
        let rest = octets.extracting(droppingFirst: base)
        let dissection = Dissection(rest, from: start)
        if let header = dissection.ethernet {
            layers.append(LinkLayers.layer(header, dissection.llc, dissection.snap))
        } else if case .etherType(let type) = start {
            layers.append(
                DecodedLayer(
                    .frame, "cooked", "type \(LinkLayers.name(type))", fields: [("type", .string("\(type)"))]))
        }
        missing = dissection.missing
        let payload = rest.extracting(dissection.payload)
        // A sum over octets that are not all here cannot be verified; the tail of a cut frame is missing, too.
        let isWhole = missing == 0 && !dissection.isFragment && frame.octets.count == frame.originalLength
        if let network = dissection.network { layers.append(NetworkLayers.layer(network, dissection)) }
        if let transport = dissection.transport {
            layers.append(
                TransportLayers.layer(
                    transport, dissection, payload: payload, isWhole: isWhole, isChecksumOpen: isChecksumOpen))
        }
        if let failure = dissection.error {
            (error, errorOffset) = ("\(failure)", base + (dissection.errorOffset ?? 0))
        } else {
            appendMessage(dissection, rest, base: base)
        }
    }

    /// Shows what the last layer carries: a message that is known here, or its length.
    private mutating func appendMessage(_ dissection: Dissection, _ frame: RawSpan, base: Int) {
        let payload = frame.extracting(dissection.payload)
        guard payload.byteCount > 0 else { return }
        do throws(WireError) {
            let isWhole = missing == 0 && !dissection.isFragment
            if isWhole, let layer = try Messages.layer(dissection, frame) {
                layers.append(layer)
                return
            }
        } catch {
            (self.error, errorOffset) = ("\(error)", base + dissection.payload.lowerBound)
        }
        layers.append(
            DecodedLayer(
                .payload, "data", payload.byteCount.counted("octet"), fields: [("length", .integer(payload.byteCount))])
        )
    }

    /// Where the first layer that is read begins, and which it is; nil for link types that are not read.
    private static func start(of octets: RawSpan, _ linkType: LinkType) -> (Int, Dissection.Start)? {
        switch linkType {
        case .ethernet: (0, .ethernet)
        case .raw: (0, .internetProtocol)
        // A family of four octets; IP's own version says the same.
        case .null where octets.byteCount >= 4: (4, .internetProtocol)
        // The type is at the header's end, or at its begin (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2).
        case .linuxCooked where octets.byteCount >= 16:
            (16, .etherType(EtherType(rawValue: octets.uint16(at: 14))))
        case .linuxCooked2 where octets.byteCount >= 20:
            (20, .etherType(EtherType(rawValue: octets.uint16(at: 0))))
        default: nil
        }
    }
}
