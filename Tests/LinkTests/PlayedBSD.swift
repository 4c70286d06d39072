import Link
import Wire

/// A BSD of the tests' own, which notes what is asked of it and gives what it was told to.
struct PlayedBSD: BSDSystem {
    var layout = BSDRecords.Layout.freeBSD
    var canLock = true

    /// How many devices others have.
    var busy = 0
    /// The request that fails, and its errno.
    var failing: BSDRequest?
    var code: Int32 = 6
    /// What reads give in turn: records, or the negative errno; then there is nothing for now.
    var reads: [Result<[UInt8], Errno>] = []
    /// The same of writes.
    var writes: [Errno] = []
    /// How many waits end without anything until the deadline passes.
    var patience = 3
    var linkType: UInt8 = 1

    var log: [String] = []
    var sent: [[UInt8]] = []

    struct Errno: Error { var code: Int }

    mutating func open(_ path: String) -> Int32 {
        log.append("open \(path)")
        if busy == 0 { return 5 }
        busy -= 1
        return -16
    }

    mutating func control(_ descriptor: Int32, _ request: BSDRequest, _ argument: inout [UInt8]) -> Int32 {
        log.append("\(String(request.rawValue, radix: 16)) \(argument.count)")
        if request == failing { return -code }
        switch request {
        case .bufferLength: argument = [0, 16, 0, 0]
        case .linkType: argument = [linkType, 0, 0, 0]
        case .statistics: argument = [7, 1, 0, 0, 2, 0, 0, 0]
        default: break
        }
        return 0
    }

    mutating func attach(_ descriptor: Int32, _ filter: FilterProgram) -> Int32 {
        log.append("filter \(filter.instructions.count)")
        return failing == .setFilter ? -22 : 0
    }

    mutating func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int {
        log.append("read \(buffer.count)")
        guard !reads.isEmpty else { return -35 }
        switch reads.removeFirst() {
        case .success(let octets):
            buffer.replaceSubrange(0..<octets.count, with: octets)
            return octets.count
        case .failure(let failure): return -failure.code
        }
    }

    mutating func write(_ descriptor: Int32, _ frame: RawSpan) -> Int {
        if !writes.isEmpty { return -writes.removeFirst().code }
        sent.append(frame.copied())
        return frame.byteCount
    }

    mutating func wait(
        _ descriptor: Int32, toWrite: Bool, until deadline: Deadline, slice: Int?
    ) throws(LinkError) -> Bool {
        log.append("wait\(toWrite ? " to write" : "")\(slice == nil ? "" : " a slice")")
        if deadline == .now { throw .timedOut }
        patience -= 1
        if patience < 0 { throw .timedOut }
        return true
    }

    mutating func close(_ descriptor: Int32) { log.append("close \(descriptor)") }

    /// A record of FreeBSD's (`bpf(4)`): the time, the lengths, the header's length, padding to eight.
    static func record(_ frame: [UInt8], original: Int? = nil, second: UInt8 = 1) -> [UInt8] {
        var octets: [UInt8] = [second] + Array(repeating: 0, count: 15)
        for length in [frame.count, original ?? frame.count] {
            octets += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        }
        octets += [26, 0] + frame
        return octets + Array(repeating: 0xDD, count: -octets.count & 7)
    }
}
