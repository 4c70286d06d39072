import Wire

/// The head of an OXM: what field it is, whether a mask follows, and how long the rest is (OpenFlow 1.4, 7.2.3.2).
struct FieldHeader {
    let identifier: FieldIdentifier
    let hasMask: Bool
    /// The octets of value and mask, without an experimenter.
    let payloadCount: Int

    init(_ identifier: FieldIdentifier, hasMask: Bool, payloadCount: Int) {
        precondition(payloadCount + identifier.size - 4 <= 255, "an OXM's length has eight bits")
        self.identifier = identifier
        self.hasMask = hasMask
        self.payloadCount = payloadCount
    }

    init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowField)
        let (fieldClass, number) = (head.uint16(at: 0), head.uint8(at: 2) >> 1)
        var count = Int(head.uint8(at: 3))
        var experimenter: UInt32 = 0
        if fieldClass == FieldIdentifier.experimenterClass {
            guard count >= 4 else { throw .malformed(.openFlowField, field: "oxm_length") }
            experimenter = try octets.take(4, for: .openFlowField).uint32(at: 0)
            count -= 4
        }
        identifier = FieldIdentifier(fieldClass: fieldClass, number: number, experimenter: experimenter)
        hasMask = head.uint8(at: 2) & 1 == 1
        payloadCount = count
        guard !hasMask || count % 2 == 0 else { throw .malformed(.openFlowField, field: "oxm_length") }
    }

    func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: identifier.fieldClass)
        octets.append(identifier.number << 1 | (hasMask ? 1 : 0))
        octets.append(UInt8(payloadCount + identifier.size - 4))
        if identifier.isExperimental { octets.append(uint32: identifier.experimenter) }
    }
}
