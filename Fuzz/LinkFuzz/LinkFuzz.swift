import Link
import Wire

/// Gives any octets to each reader of `Link`, and holds what comes of them against what is promised.
///
/// The first octet selects the reader: filters, netlink messages, capture files, records of BPF devices, cooked headers.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = octets.first else { return 0 }
    let input = Array(octets.dropFirst())
    switch kind % 5 {
    case 0: fuzzFilter(input)
    case 1: fuzzNetlink(input)
    case 2: fuzzCapture(input)
    case 3: fuzzRecords(input)
    default: fuzzCooked(input)
    }
    return 0
}

/// A program, and behind it a frame: what the verifier accepts runs to its end.
private func fuzzFilter(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let wanted = Int(first) % 33
    var instructions: [FilterInstruction] = []
    var rest = input.dropFirst()[...]
    while instructions.count < wanted, rest.count >= 8 {
        let octets = Array(rest.prefix(8))
        rest = rest.dropFirst(8)
        instructions.append(
            FilterInstruction(
                code: UInt16(octets[0]) | UInt16(octets[1]) << 8, skipIfTrue: octets[2], skipIfFalse: octets[3],
                operand: octets.span.octets.uint32(at: 4)))
    }
    let frame = Array(rest)
    do throws(FilterError) {
        let program = try FilterProgram(instructions)
        let kept = program.run(on: frame.span.octets)
        precondition(kept == program.run(on: frame.span.octets), "the same program keeps the same")
        let lines = program.description.split(separator: "\n", omittingEmptySubsequences: false)
        precondition(lines.count == instructions.count, "each instruction has its line")
        precondition(!program.description.contains("unimp"), "what is accepted has a name")
        if let cooked = program.cooked() {
            precondition(cooked.instructions.count == instructions.count, "each instruction has its other form")
        }
    } catch {
        precondition(!error.description.isEmpty, "a refusal says why")
    }
}

/// A datagram: what is read is written as it was, and read again.
private func fuzzNetlink(_ input: [UInt8]) {
    guard let messages = try? NetlinkMessage.read(input.span.octets) else { return }
    for message in messages {
        let again = try? NetlinkMessage.read(message.octets.span.octets)
        precondition(again == [message], "a message is read as it was written")
        _ = try? InterfaceChange(reading: message)
    }
}

/// A capture file: frames lie within the file and the limits, and are the same when they are written and read again.
private func fuzzCapture(_ input: [UInt8]) {
    guard var reader = try? CaptureReader(input) else { return }
    var frames: [CapturedFrame] = []
    while let frame = try? reader.next() {
        precondition(frame.octets.count <= input.count, "a frame is no longer than its file")
        precondition(frame.octets.count <= frame.originalLength, "a frame was not shorter before it was cut")
        frames.append(frame)
    }
    precondition(reader.interfaces.count <= CaptureLimit.interfaces, "interfaces are bounded")
    let highest = frames.map(\.interface).max() ?? 0
    let writer = CaptureWriter(interfaces: Array(repeating: CaptureInterface(), count: highest + 1))
    var file: [UInt8] = []
    writer.begin(&file)
    for frame in frames { writer.append(frame, to: &file) }
    guard var second = try? CaptureReader(file) else { preconditionFailure("what is written is read") }
    for frame in frames {
        precondition((try? second.next()) == frame, "a frame is read as it was written")
    }
}

/// A buffer of a BPF device: frames lie in it, one behind another.
private func fuzzRecords(_ input: [UInt8]) {
    for layout in [BSDRecords.Layout.macOS, .freeBSD] {
        var broken = 0
        var total = 0
        let count = BSDRecords.walk(input.span.octets, layout, broken: &broken) { frame, _, _ in
            total += frame.byteCount
        }
        precondition(total <= input.count && count * 18 <= input.count, "records do not overlap")
        precondition(broken <= 1, "a walk ends at the first broken record")
    }
}

/// Cooked headers of both versions: what is read is written as it was, but for what is reserved.
private func fuzzCooked(_ input: [UInt8]) {
    var rest = input.span.octets
    if let header = try? CookedHeader(reading: &rest) {
        precondition(rest.byteCount == input.count - CookedHeader.size, "a header has its size")
        var expected = Array(input.prefix(CookedHeader.size))
        (expected[2], expected[3]) = (0, 0)
        let written = [UInt8](capacity: CookedHeader.size, initializingWith: header.write)
        precondition(written == expected, "what was read is written as it came")
    }
    rest = input.span.octets
    if let header = try? CookedHeader(readingVersion1: &rest) {
        precondition(rest.byteCount == input.count - 16, "a header of version 1 has its size")
        precondition(header.interfaceIndex == nil, "version 1 tells of no interface")
    }
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
