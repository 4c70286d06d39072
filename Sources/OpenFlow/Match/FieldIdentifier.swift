/// What a match field is called on the wire (OXM; OpenFlow 1.4, 7.2.3.2).
public struct FieldIdentifier: Hashable, Sendable {
    /// The class, `oxm_class`: 0x8000 for OpenFlow's own fields, 0xFFFF if an experimenter follows.
    public var fieldClass: UInt16

    /// The field in its class, 0 to 127 (`oxm_field`).
    public var number: UInt8

    /// Who defined the field, if the class is 0xFFFF; else 0.
    public var experimenter: UInt32

    /// Makes an identifier; traps for a field over 127.
    public init(fieldClass: UInt16, number: UInt8, experimenter: UInt32 = 0) {
        precondition(number < 128, "a field's number has seven bits")
        precondition((fieldClass == Self.experimenterClass) || experimenter == 0, "only class 0xFFFF has experimenters")
        self.fieldClass = fieldClass
        self.number = number
        self.experimenter = experimenter
    }

    /// The class whose fields an experimenter defined.
    public static let experimenterClass: UInt16 = 0xFFFF

    /// The Open Networking Foundation.
    public static let onf: UInt32 = 0x4F4E_4600

    /// Nicira, for Open vSwitch's own.
    public static let nicira: UInt32 = 0x0000_2320

    /// Whether an experimenter follows the four octets of the header.
    var isExperimental: Bool { fieldClass == Self.experimenterClass }

    /// How many octets a header takes.
    var size: Int { isExperimental ? 8 : 4 }

    static func basic(_ number: UInt8) -> Self { Self(fieldClass: 0x8000, number: number) }
    /// OpenFlow 1.5's packet registers.
    static func packetRegister(_ number: UInt8) -> Self { Self(fieldClass: 0x8001, number: number) }
    /// The fields of OpenFlow 1.0, as Nicira wrote them.
    static func nxm0(_ number: UInt8) -> Self { Self(fieldClass: 0x0000, number: number) }
    static func nxm1(_ number: UInt8) -> Self { Self(fieldClass: 0x0001, number: number) }
    static func onf(_ number: UInt8) -> Self { Self(fieldClass: 0xFFFF, number: number, experimenter: onf) }
    static func nicira(_ number: UInt8) -> Self { Self(fieldClass: 0xFFFF, number: number, experimenter: nicira) }
    /// The network service header's.
    static func serviceHeader(_ number: UInt8) -> Self {
        Self(fieldClass: 0xFFFF, number: number, experimenter: 0x005A_D650)
    }
    static func ericsson(_ number: UInt8) -> Self { Self(fieldClass: 0x1000, number: number) }
}
