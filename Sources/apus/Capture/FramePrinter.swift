import Link
import Settings

/// Shows frames, as text for people or as JSON.
struct FramePrinter {
    let isJSON: Bool
    let isVerbose: Bool
    let hasOctets: Bool
    let style: Style

    /// Appends what there is to say of a frame; `isChecksumOpen` if its sender left the sum to hardware.
    func append(
        _ frame: CapturedFrame, number: Int, interface: CaptureInterface, isChecksumOpen: Bool, to text: inout String
    ) {
        let decoded = DecodedFrame(frame, linkType: interface.linkType, isChecksumOpen: isChecksumOpen)
        if isJSON {
            text += json(frame, decoded, number, interface).text(isIndented: false) + "\n"
            return
        }
        var head = [frame.originalLength.counted("octet")]
        if frame.octets.count < frame.originalLength { head.append("\(frame.octets.count) of them captured") }
        let name = interface.name.map { "  " + Self.printable($0) } ?? ""
        text +=
            style.bold("\(number)") + "  \(Timestamp.text(frame.timestamp))\(name)  \(head.joined(separator: ", "))\n"
        for layer in decoded.layers {
            let title = layer.unit.rawValue.padded(to: 9) + style.cyan(layer.name.padded(to: 9))
            text += "  \(title) \(Self.printable(layer.summary))\n"
            if isVerbose {
                for detail in layer.details {
                    text += String(repeating: " ", count: 22) + Self.printable(detail) + "\n"
                }
            }
        }
        if let error = decoded.error {
            // What was not captured is no fault of the sender.
            let title = decoded.isCut ? style.yellow("cut") + "      " : style.red("broken") + "   "
            text += "  " + title + "at octet \(decoded.errorOffset): \(error)\n"
        }
        if decoded.missing > 0 {
            text += "  " + style.yellow("missing") + "  \(decoded.missing.counted("octet")) of the packet\n"
        }
        if hasOctets { appendDump(of: frame.octets, to: &text) }
    }

    private func json(
        _ frame: CapturedFrame, _ decoded: DecodedFrame, _ number: Int, _ interface: CaptureInterface
    ) -> JSON {
        var members: [(String, JSON)] = [
            ("number", .integer(number)), ("time", .string(Timestamp.text(frame.timestamp))),
            ("interface", interface.name.map { .string($0) } ?? .null), ("length", .integer(frame.originalLength)),
            ("captured", .integer(frame.octets.count)),
            (
                "layers",
                .array(
                    decoded.layers.map { layer in
                        .object(
                            [("layer", .string(layer.name)), ("unit", .string(layer.unit.rawValue))] + layer.fields)
                    })
            ),
        ]
        if let error = decoded.error {
            members.append(
                ("error", .object([("reason", .string(error)), ("offset", .integer(decoded.errorOffset))])))
        }
        if decoded.missing > 0 { members.append(("missing", .integer(decoded.missing))) }
        if hasOctets { members.append(("octets", .string(frame.octets.map(\.hexadecimal).joined()))) }
        return .object(members)
    }

    /// Sixteen octets on each line, with their characters.
    private func appendDump(of octets: [UInt8], to text: inout String) {
        for start in stride(from: 0, to: octets.count, by: 16) {
            let line = octets[start..<min(start + 16, octets.count)]
            let place = String(start, radix: 16)
            let digits = line.enumerated().map { ($0 == 8 ? " " : "") + $1.hexadecimal }.joined(separator: " ")
            let characters = String(line.map { 0x20...0x7E ~= $0 ? Character(Unicode.Scalar($0)) : "." })
            let zeros = String(repeating: "0", count: max(0, 4 - place.count))
            text += "  " + style.dim(zeros + place) + "  " + digits.padded(to: 49) + " \(characters)\n"
        }
    }

    /// What a terminal can do no harm with: what others sent may hold its control characters.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// All its digits, in hexadecimal.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
    }
}
