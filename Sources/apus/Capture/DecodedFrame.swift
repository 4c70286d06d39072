import Link
import Settings
import Wire

/// A frame's layers from the link up, as far as its octets make sense.
struct DecodedFrame {
    private(set) var layers: [DecodedLayer] = []
    /// Why a layer was refused, and where it begins in the frame.
    private(set) var error: String?
    private(set) var errorOffset = 0
    /// Whether the error is that the capture kept too few octets.
    private(set) var isCut = false
    /// How many octets the packet has more than were captured, by its own account.
    private(set) var missing = 0

    init(_ frame: CapturedFrame, linkType: LinkType, isChecksumOpen: Bool) {
        let octets = frame.octets.span.octets
        let base: Int
        let start: Dissection.Start
        do throws(WireError) {
            guard let begin = try Self.begin(of: octets, linkType, &layers) else {
                layers = [
                    DecodedLayer(
                        .payload, "link \(linkType.rawValue)", octets.byteCount.counted("octet"),
                        fields: [("length", .integer(octets.byteCount))])
                ]
                return
            }
            (base, start) = begin
        } catch {
            self.error = "\(error)"
            return
        }
        let rest = octets.extracting(droppingFirst: base)
        let dissection = Dissection(rest, from: start)
        if let header = dissection.ethernet {
            layers.append(LinkLayers.layer(header, dissection.llc, dissection.snap))
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
            if case .truncated = failure { isCut = frame.octets.count < frame.originalLength }
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

    /// Where the first layer that is read by a dissection begins, and which it is; nil for link types that are not read.
    ///
    /// What stands before is shown in a layer of its own.
    private static func begin(
        of octets: RawSpan, _ linkType: LinkType, _ layers: inout [DecodedLayer]
    ) throws(WireError) -> (Int, Dissection.Start)? {
        var rest = octets
        let header: CookedHeader
        switch linkType {
        case .ethernet: return (0, .ethernet)
        case .raw: return (0, .internetProtocol)
        // A family of four octets; IP's own version says the same.
        case .null where octets.byteCount >= 4: return (4, .internetProtocol)
        case .linuxCooked: header = try CookedHeader(readingVersion1: &rest)
        case .linuxCooked2: header = try CookedHeader(reading: &rest)
        default: return nil
        }
        var type = header.etherType
        var tags: [VLANTag] = []
        // A tag's type stands in the header, or behind the tag before it.
        while type.isVLANTag, tags.count < 2, rest.byteCount >= VLANTag.size {
            let control = rest.uint16(at: 0)
            guard control & 0x0FFF != 0x0FFF else { break }
            tags.append(
                VLANTag(
                    type: type, priority: UInt8(control >> 13), isDropEligible: control & 0x1000 != 0,
                    identifier: control & 0x0FFF))
            type = EtherType(rawValue: rest.uint16(at: 2))
            rest = rest.extracting(droppingFirst: VLANTag.size)
        }
        layers.append(LinkLayers.layer(header, tags, type))
        return (octets.byteCount - rest.byteCount, .etherType(type))
    }
}
