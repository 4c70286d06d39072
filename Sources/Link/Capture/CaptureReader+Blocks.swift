import Wire

/// Blocks of a pcapng file (draft-ietf-opsawg-pcapng, 3 and 4).
extension CaptureReader {
    /// Reads blocks up to the next frame.
    mutating func nextOfBlocks() throws(CaptureError) -> CapturedFrame? {
        while offset < octets.count {
            let start = offset
            try need(12, at: start)
            // A section's header says its own byte order, and its type reads the same in both.
            if octets.span.octets.uint32(at: start) == 0x0A0D_0D0A { try beginSection(start) }
            let length = Int(number32(start + 4))
            guard length >= 12, length % 4 == 0, length <= CaptureLimit.frameSize + 1024 else {
                throw .malformed(offset: start, reason: "a block of \(length) octets")
            }
            try need(length, at: start)
            guard Int(number32(start + length - 4)) == length else {
                throw .malformed(offset: start, reason: "a block whose two lengths differ")
            }
            offset = start + length
            let body = (start + 8)..<(start + length - 4)
            switch number32(start) {
            case 1: try addInterface(body)
            case 2: return try frame(body, isObsolete: true)
            case 3: return try simpleFrame(body)
            case 5: try addStatistics(body)
            case 6: return try frame(body, isObsolete: false)
            default: break
            }
        }
        return nil
    }

    private mutating func beginSection(_ start: Int) throws(CaptureError) {
        try need(28, at: start)
        switch octets.span.octets.uint32(at: start + 8) {
        case 0x1A2B_3C4D: isBigEndian = true
        case 0x4D3C_2B1A: isBigEndian = false
        default: throw .malformed(offset: start, reason: "a section without byte order")
        }
        guard Int(number32(start + 4)) >= 28 else { throw .malformed(offset: start, reason: "a short section header") }
        guard number16(start + 12) == 1 else {
            throw .malformed(offset: start, reason: "version \(number16(start + 12))")
        }
        (interfaces, clocks) = ([], [])
    }

    private mutating func addInterface(_ body: Range<Int>) throws(CaptureError) {
        guard body.count >= 8 else { throw .malformed(offset: body.lowerBound, reason: "a short interface block") }
        guard interfaces.count < CaptureLimit.interfaces else {
            throw .malformed(offset: body.lowerBound, reason: "more than \(CaptureLimit.interfaces) interfaces")
        }
        var interface = CaptureInterface(
            linkType: LinkType(rawValue: number16(body.lowerBound)),
            snapLength: Int(number32(body.lowerBound + 4)))
        var clock = CaptureClock()
        for option in try options(body.dropFirst(8)) {
            switch option.code {
            case 2: interface.name = String(decoding: octets[option.value], as: UTF8.self)
            case 9 where option.value.count == 1:
                guard let units = Self.unitsPerSecond(octets[option.value.lowerBound]) else {
                    throw .malformed(offset: option.value.lowerBound, reason: "time finer than 64 bits")
                }
                clock.unitsPerSecond = units
            case 14 where option.value.count == 8: clock.offset = Int64(bitPattern: number64(option.value.lowerBound))
            default: break
            }
        }
        interfaces.append(interface)
        clocks.append(clock)
    }

    /// A power of ten, or of two if the top bit is set; nil if it has no place in 64 bits.
    private static func unitsPerSecond(_ octet: UInt8) -> UInt64? {
        let exponent = Int(octet & 0x7F)
        if octet & 0x80 != 0 { return exponent < 64 ? 1 << UInt64(exponent) : nil }
        guard exponent < 20 else { return nil }
        return (0..<exponent).reduce(UInt64(1)) { units, _ in units * 10 }
    }

    private func frame(_ body: Range<Int>, isObsolete: Bool) throws(CaptureError) -> CapturedFrame {
        let start = body.lowerBound
        guard body.count >= 20 else { throw .malformed(offset: start, reason: "a short packet block") }
        let number = isObsolete ? Int(number16(start)) : Int(number32(start))
        guard number < interfaces.count else { throw .malformed(offset: start, reason: "a frame of no interface") }
        let time = UInt64(number32(start + 4)) << 32 | UInt64(number32(start + 8))
        let (count, original) = (Int(number32(start + 12)), Int(number32(start + 16)))
        guard count <= body.count - 20 else { throw .malformed(offset: start, reason: "a frame longer than its block") }
        return CapturedFrame(
            interface: number, timestamp: clocks[number].nanoseconds(time), originalLength: max(original, count),
            octets: Array(octets[(start + 20)..<(start + 20 + count)]))
    }

    private func simpleFrame(_ body: Range<Int>) throws(CaptureError) -> CapturedFrame {
        let start = body.lowerBound
        guard body.count >= 4, let interface = interfaces.first else {
            throw .malformed(offset: start, reason: "a simple packet block without length or interface")
        }
        let original = Int(number32(start))
        let limit = interface.snapLength == 0 ? original : min(original, interface.snapLength)
        guard limit <= body.count - 4 else { throw .malformed(offset: start, reason: "a frame longer than its block") }
        return CapturedFrame(
            timestamp: 0, originalLength: original, octets: Array(octets[(start + 4)..<(start + 4 + limit)]))
    }

    private mutating func addStatistics(_ body: Range<Int>) throws(CaptureError) {
        let start = body.lowerBound
        guard body.count >= 12, Int(number32(start)) < interfaces.count else {
            throw .malformed(offset: start, reason: "statistics of no interface")
        }
        let number = Int(number32(start))
        for option in try options(body.dropFirst(12)) where option.value.count == 8 {
            if option.code == 4 { interfaces[number].received = number64(option.value.lowerBound) }
            if option.code == 5 { interfaces[number].dropped = number64(option.value.lowerBound) }
        }
    }

    /// The options of a block, up to the one that ends them; the range is theirs alone.
    private func options(_ body: Range<Int>) throws(CaptureError) -> [(code: UInt16, value: Range<Int>)] {
        var found: [(code: UInt16, value: Range<Int>)] = []
        var place = body.lowerBound
        while body.upperBound - place >= 4 {
            let (code, length) = (number16(place), Int(number16(place + 2)))
            if code == 0 { break }
            guard length <= body.upperBound - place - 4 else {
                throw .malformed(offset: place, reason: "an option longer than its block")
            }
            found.append((code, (place + 4)..<(place + 4 + length)))
            place += min(4 + ((length + 3) & ~3), body.upperBound - place)
        }
        return found
    }

    /// Eight octets; the standard stores them whole in the section's order.
    private func number64(_ place: Int) -> UInt64 {
        let number = octets.span.octets.uint64(at: place)
        return isBigEndian ? number : number.byteSwapped
    }
}
