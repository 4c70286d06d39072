import Wire

/// What an action is called on the wire.
public struct ActionKind: Hashable, Sendable {
    /// Who defined it; 0 for OpenFlow's own.
    public let experimenter: UInt32

    /// `OFPAT_` for OpenFlow's own; else the experimenter's subtype (`NXAST_`).
    public let number: UInt16

    /// Makes a kind.
    public init(experimenter: UInt32, number: UInt16) {
        self.experimenter = experimenter
        self.number = number
    }

    static func standard(_ number: UInt16) -> Self { Self(experimenter: 0, number: number) }
    static func nicira(_ number: UInt16) -> Self { Self(experimenter: FieldIdentifier.nicira, number: number) }

    /// The type that says an experimenter follows.
    static let experimenterType: UInt16 = 0xFFFF

    /// How many octets stand ahead of the body: type and length, and for others than OpenFlow's own who and what.
    var headerSize: Int { experimenter == 0 ? 4 : 10 }
}

/// What an action carries behind its header.
protocol ActionBody: Hashable, Sendable {
    /// What it is called.
    var kind: ActionKind { get }

    /// How many octets it takes, without header and padding.
    var bodySize: Int { get }

    func writeBody(to octets: inout OutputSpan<UInt8>)
}

extension ActionBody {
    /// How many octets the action takes: whole words.
    var framedSize: Int { padded(kind.headerSize + bodySize) }

    func writeFramed(to octets: inout OutputSpan<UInt8>) {
        let (kind, size, end) = (kind, framedSize, octets.count + framedSize)
        precondition(size <= 65_528, "an action has up to 65,535 octets")
        octets.append(uint16: kind.experimenter == 0 ? kind.number : ActionKind.experimenterType)
        octets.append(uint16: UInt16(size))
        if kind.experimenter != 0 {
            octets.append(uint32: kind.experimenter)
            octets.append(uint16: kind.number)
        }
        writeBody(to: &octets)
        octets.append(zeros: end - octets.count)
    }
}
